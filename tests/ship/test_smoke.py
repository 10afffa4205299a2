"""Smoke and load: scripts into a bucket, episodes out of another, as gcloud shows them."""

import json

import pytest

from delivery import load, smoke
from delivery.load import Limits, Load, check_affordable, cost_usd
from delivery.place import Place
from delivery.programs import Red
from shipment import traffic
from voicebooth.parse import parse

OLD, NEW = "voicebooth-00007-old", "voicebooth-00008-new"


def manifest(state="done", usd=0.0015, bytes_=40000, lufs=-16.0):
    return {
        "state": state,
        "audio": [{"name": "episode.mp3", "bytes": bytes_, "duration_s": 5.2}],
        "loudness": {"integrated_lufs": lufs},
        "cost": {"usd": usd},
        "errors": [{"message": "the key is refused"}],
    }


@pytest.fixture
def place(place_file):
    return Place.read(place_file)


@pytest.fixture
def bucket(gcloud):
    gcloud.answers("storage cp")
    gcloud.answers("storage rm")
    return gcloud


def waits():
    waited = []
    return waited, waited.append


def test_a_script_becomes_an_episode_and_both_are_cleared_away(bucket, place):
    bucket.answers("storage cat", status=1, err="not there", times=2)
    bucket.answers("storage cat", manifest("running"), times=1)
    bucket.answers("storage cat", manifest())
    waited, wait = waits()
    assert smoke.episode(place, "v1", wait=wait)["state"] == "done"
    assert waited == [smoke.PAUSE_S] * 3
    (dropped,) = [call for call in bucket.calls if call["words"][:2] == ["storage", "cp"]]
    assert dropped["words"][-1] == "gs://p-scripts/smoke/v1.md"
    assert "This is a test of v1." in dropped["stdin"]
    assert [words[-1] for words in bucket.called("storage rm")] == [
        *("gs://p-scripts/smoke/v1.md", "gs://p-episodes/smoke/v1"),
    ]


@pytest.mark.parametrize("text", [smoke.SCRIPT.format(name="v1"), load.script("4f2a", 17)])
def test_its_scripts_are_scripts(text):
    script = parse(text.encode(), "smoke.md")
    assert (script.speakers, script.warnings) == (("Ann", "Bob"), ())


def test_no_two_scripts_say_the_same():
    said = {load.script(run_id, number).partition("---\nAnn")[2] for run_id in ("a", "b") for number in range(50)}
    assert len(said) == 100


def test_a_failed_episode_tells_why(bucket, place):
    bucket.answers("storage cat", manifest("failed"))
    with pytest.raises(Red, match="the episode failed: the key is refused"):
        smoke.episode(place, "v1")
    assert bucket.called("storage rm")


def test_an_episode_that_never_comes_ends_the_wait(bucket, place):
    bucket.answers("storage cat", manifest("parked"))
    waited, wait = waits()
    with pytest.raises(Red, match="after 20 s the episode is parked"):
        smoke.awaited(place, "v1", 20, wait)
    assert sum(waited) == 20


@pytest.mark.parametrize("wrong", [manifest(bytes_=0), manifest(lufs=-60), {**manifest(), "audio": []}])
def test_done_is_held_against_what_was_asked(bucket, place, wrong):
    bucket.answers("storage cat", wrong)
    with pytest.raises(Red, match="the episode is done and"):
        smoke.awaited(place, "v1")


def test_what_cannot_be_cleared_away_is_no_failure(gcloud, place):
    gcloud.answers("storage rm", status=1, err="403")
    smoke.clear(place, "v1")
    assert len(gcloud.calls) == 2


def test_the_new_revision_serves_when_its_episode_is_made(bucket, place_file, capsys):
    bucket.answers("services describe", traffic(**{OLD: 100}))
    bucket.answers("update-traffic")
    bucket.answers("storage cat", manifest())
    smoke.main(["--place", str(place_file), "--revision", NEW])
    (moved,) = bucket.called("update-traffic")
    assert f"--to-revisions={NEW}=100" in moved
    assert "for 0.0015 US dollars" in capsys.readouterr().out


def test_the_old_revision_serves_again_when_it_is_not(bucket, place_file):
    bucket.answers("services describe", traffic(**{OLD: 100}))
    bucket.answers("update-traffic")
    bucket.answers("storage cat", manifest("failed"))
    with pytest.raises(Red):
        smoke.main(["--place", str(place_file), "--revision", NEW])
    assert f"--to-revisions={OLD}=100" in bucket.called("update-traffic")[-1]


# --- load -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("episodes", "each_usd", "budget_usd", "goes"),
    [
        (20, 0.01, 0.5, True),
        (20, 0.025, 0.5, True),
        (20, 0.026, 0.5, False),
        (1, 1.0, 0.5, False),
        (20, 0.0, 0.0, True),
    ],
)
def test_a_budget_is_asked_before(episodes, each_usd, budget_usd, goes):
    if goes:
        check_affordable(episodes, each_usd, budget_usd)
    else:
        with pytest.raises(Red, match="the budget is"):
            check_affordable(episodes, each_usd, budget_usd)


def test_no_budget_is_kept_by_guessing():
    assert cost_usd(manifest(usd=0.0)) == 0.0
    for unknown in ({}, {"cost": {}}, {"cost": {"usd": None}}):
        with pytest.raises(Red, match="does not say what it cost"):
            cost_usd(unknown)


def loaded(place, budget_usd):
    return Load(place, "4f2a", Limits(budget_usd, 60), wait=lambda _: None)


def dropped(gcloud):
    return [words[-1] for words in gcloud.called("storage cp")]


@pytest.mark.slow
def test_many_episodes_are_made_the_first_alone(bucket, place):
    bucket.answers("storage cat", manifest())
    assert len(loaded(place, 0.01).go(4)) == 4
    assert dropped(bucket) == [f"gs://p-scripts/smoke/load-4f2a-{number}.md" for number in range(4)]
    order = [words[1] for words in bucket.called("storage c")]
    assert order == ["cp", "cat", "cp", "cp", "cp", "cat", "cat", "cat"]
    assert len(bucket.called("storage rm")) == 8


def test_beyond_the_budget_no_second_episode_is_asked_for(bucket, place):
    bucket.answers("storage cat", manifest(usd=0.2))
    with pytest.raises(Red, match=r"4 episodes at 0\.2000 would cost 0\.80 US dollars, the budget is 0\.50"):
        loaded(place, 0.5).go(4)
    assert len(dropped(bucket)) == 1
    assert len(bucket.called("storage rm")) == 8  # nobody knows how far it came


@pytest.mark.slow
def test_episodes_that_cost_more_than_the_first_are_told(bucket, place):
    bucket.answers("storage cat", manifest(usd=0.1), times=1)
    bucket.answers("storage cat", manifest(usd=0.3))
    with pytest.raises(Red, match=r"the load test cost 1\.00 US dollars, its budget is 0\.50"):
        loaded(place, 0.5).go(4)


@pytest.mark.slow
def test_one_missing_episode_is_a_failure(bucket, place):
    bucket.answers("load-4f2a-2/episode.json", json.dumps(manifest("running")))
    bucket.answers("storage cat", manifest())
    with pytest.raises(Red, match="after 60 s the episode is running"):
        loaded(place, 0.5).go(4)


def test_a_load_test_tells_what_it_took(bucket, place_file, capsys):
    bucket.answers("storage cat", manifest())
    load.main(["--place", str(place_file), "--run", "4f2a", "--episodes", "2", "--budget-usd", "0.5"])
    assert capsys.readouterr().out.endswith("for 0.00 US dollars\n")
