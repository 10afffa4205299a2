"""Moving production over: the judgement alone, and whole roll-outs against our own gcloud and Cloud Monitoring."""

import json
import signal
import subprocess
import sys

import pytest

from delivery import canary
from delivery.canary import STAGES_PERCENT, Bounds, Canary, Verdict, judge
from delivery.metrics import Seen, counted, opened
from delivery.place import Place
from delivery.programs import Red
from fakes.cloud import ROOT
from fakes.monitoring import TOKEN, FakeMonitoring
from shipment import IMAGE, traffic

OLD, NEW = "voicebooth-00007-old", "voicebooth-00008-new"
WELL = {"2xx": 40}
DONE = {
    "state": "done",
    "audio": [{"name": "episode.mp3", "bytes": 40000, "duration_s": 5.2}],
    "loudness": {"integrated_lufs": -16.0},
    "cost": {"usd": 0.0015},
}


@pytest.mark.parametrize(
    ("new", "stable", "verdict"),
    [
        (Seen(40, 0, 0), Seen(400, 0, 0), Verdict.ON),
        (Seen(1, 0, 0), Seen(0, 0, 0), Verdict.ON),  # all others are gone by 100 percent
        (Seen(0, 0, 0), Seen(400, 0, 0), Verdict.WAIT),
        (Seen(0, 0, 1), Seen(400, 0, 0), Verdict.BACK),  # it does not even start
        (Seen(40, 0, 1), Seen(400, 0, 0), Verdict.BACK),
        (Seen(40, 2, 0), Seen(400, 0, 0), Verdict.ON),  # 5 percent worse is the bound
        (Seen(40, 3, 0), Seen(400, 0, 0), Verdict.BACK),
        (Seen(40, 20, 0), Seen(400, 200, 0), Verdict.ON),  # a quota is spent, for both
        (Seen(40, 23, 0), Seen(400, 200, 0), Verdict.BACK),
        (Seen(1, 1, 0), Seen(400, 0, 0), Verdict.BACK),
    ],
)
def test_a_look_is_judged(new, stable, verdict):
    assert judge(new, stable, Bounds())[0] is verdict


def test_a_judgement_says_why():
    assert judge(Seen(40, 10, 0), Seen(400, 4, 0), Bounds())[1] == "25% of its requests fail, of the others' 1%"
    assert "3 lines of severity ERROR" in judge(Seen(0, 0, 3), Seen(), Bounds())[1]


def test_points_are_added_up_by_label():
    point = {"value": {"int64Value": "2"}}
    series = [
        {"metric": {"labels": {"response_code_class": name}}, "points": points}
        for name, points in (("2xx", [point, point]), ("5xx", [point]), ("2xx", [point]))
    ]
    assert counted({"timeSeries": series}, "response_code_class") == {"2xx": 6, "5xx": 2}
    assert counted({}, "severity") == {}


@pytest.fixture
def monitoring(monkeypatch):
    with FakeMonitoring({OLD: WELL, NEW: WELL}) as fake:
        monkeypatch.setenv("MONITORING_URL", fake.url)
        yield fake


@pytest.fixture
def cloud(gcloud):
    """What gcloud says in a roll-out that goes well."""
    gcloud.answers("run services describe", traffic(**{OLD: 100}))
    gcloud.answers("run deploy", {"status": {"latestCreatedRevisionName": NEW}})
    gcloud.answers("run services update-traffic", {})
    gcloud.answers("auth print-access-token", TOKEN)
    gcloud.answers("storage cp")
    gcloud.answers("storage rm")
    gcloud.answers("storage cat", DONE)
    return gcloud


@pytest.fixture
def roll_out(cloud, monitoring, place_file):  # noqa: ARG001 - both must be up
    """One roll-out that waits for nobody; ``waited`` holds for how long it would have."""
    place = Place.read(place_file)
    waited = []
    made = Canary(place, OLD, NEW, opened(place), 5, 3, wait=waited.append)
    return made, waited


def moves(gcloud):
    """Return each move of traffic in order."""
    return [words[-3].removeprefix("--to-revisions=") for words in gcloud.called("update-traffic")]


@pytest.mark.slow
def test_all_is_well(roll_out, cloud, capsys):
    made, waited = roll_out
    made.go()
    assert moves(cloud) == [f"{NEW}=5,{OLD}=95", f"{NEW}=25,{OLD}=75", f"{NEW}=50,{OLD}=50", f"{NEW}=100"]
    assert waited == [300.0] * len(STAGES_PERCENT)
    assert "5 %: on, 0 of 40 requests failed" in capsys.readouterr().out


@pytest.mark.slow
def test_each_stage_drops_ripples_and_takes_them_away(roll_out, cloud):
    made, _ = roll_out
    made.go()
    dropped = cloud.called("storage cp --recursive")
    assert {words[-1] for words in dropped} == {"gs://p-scripts/.ripples"}
    names = [words[-2].rsplit("/", 1)[1] for words in dropped]
    assert names == [f"{NEW}-{percent}-1" for percent in STAGES_PERCENT]
    assert [words[-1].rsplit("/", 1)[1] for words in cloud.called("storage rm")] == names


@pytest.mark.slow
def test_few_requests_are_waited_for(roll_out, cloud, monitoring):
    made, waited = roll_out
    monitoring.done[NEW] = [{}, {}, WELL]
    made.go()
    assert len(waited) == len(STAGES_PERCENT) + 2
    assert len(moves(cloud)) == len(STAGES_PERCENT)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("looks", "reached", "reason"),
    [
        ([{"2xx": 1, "5xx": 9}], 1, "90% of its requests fail"),
        ([WELL, {**WELL, "ERROR": 1}], 2, "1 lines of severity ERROR"),
        ([WELL, WELL, WELL, {**WELL, "CRITICAL": 2}], 4, "2 lines of severity ERROR"),
        ([{}], 1, "0 requests are too few to judge"),
    ],
)
def test_a_bad_revision_goes_no_further(roll_out, cloud, monitoring, looks, reached, reason):
    made, _ = roll_out
    monitoring.done[NEW] = looks
    with pytest.raises(Red, match=reason):
        made.go()
    assert len(moves(cloud)) == reached


def test_requests_that_failed_are_not_counted_as_lines_of_the_log(roll_out, monitoring):
    made, _ = roll_out
    made.look(NEW, 6)
    requests, lines = monitoring.asked
    assert 'metric.labels.log != "run.googleapis.com/requests"' in lines["filter"]
    assert "metric.labels.log" not in requests["filter"]
    assert monitoring.project == "123456789012"


def test_no_answer_from_monitoring_is_no_good_sign(roll_out, gcloud, programs):
    (programs / "gcloud.rules").write_text("[]")
    gcloud.answers("auth print-access-token", "another token")
    made, _ = roll_out
    with pytest.raises(Red, match="Cloud Monitoring does not answer: Unauthorized"):
        made.look(NEW, 6)


def words(place_file):
    return ["--place", str(place_file), "--image", IMAGE, "--window-minutes", "0"]


@pytest.mark.slow
@pytest.mark.usefixtures("monitoring")
def test_a_whole_roll_out_ends_with_a_real_episode(cloud, place_file, capsys):
    canary.main(words(place_file))
    assert moves(cloud)[-1] == f"{NEW}=100"
    assert "an episode of 5.2 s" in capsys.readouterr().out
    deploy = cloud.called("run deploy")[0]
    assert {"--no-traffic", "--tag=candidate", f"--image={IMAGE}"} <= set(deploy)


@pytest.mark.slow
def test_what_fails_at_any_stage_gives_all_traffic_back(cloud, monitoring, place_file):
    monitoring.done[NEW] = [WELL, WELL, {"5xx": 5}]
    with pytest.raises(Red, match=r"taken back at 50 %"):
        canary.main(words(place_file))
    assert moves(cloud)[-2:] == [f"{NEW}=50,{OLD}=50", f"{OLD}=100"]


@pytest.mark.slow
@pytest.mark.usefixtures("monitoring")
def test_an_episode_that_fails_gives_all_traffic_back(cloud, place_file, programs):
    failed = {"state": "failed", "errors": [{"message": "the key is refused"}]}
    rules = json.loads((programs / "gcloud.rules").read_text())
    (programs / "gcloud.rules").write_text(json.dumps([r for r in rules if r["when"] != "storage cat"]))
    cloud.answers("storage cat", failed)
    with pytest.raises(Red, match="the key is refused"):
        canary.main(words(place_file))
    assert moves(cloud)[-2:] == [f"{NEW}=100", f"{OLD}=100"]


def test_a_roll_out_does_not_begin_beside_another(gcloud, place_file):
    gcloud.answers("run services describe", traffic(**{OLD: 75, NEW: 25}))
    with pytest.raises(Red, match=r"traffic is split .* finish that roll-out or take it back first"):
        canary.main(words(place_file))
    assert not gcloud.called("run deploy")


def test_a_revision_that_does_not_start_moves_nothing(gcloud, place_file):
    gcloud.answers("run services describe", traffic(**{OLD: 100}))
    gcloud.answers("run deploy", err="ERROR: the container failed to start", status=1)
    with pytest.raises(Red, match="the container failed to start"):
        canary.main(words(place_file))
    assert moves(gcloud) == []


@pytest.mark.slow
@pytest.mark.usefixtures("monitoring")
def test_a_build_that_is_cancelled_gives_all_traffic_back(cloud, place_file):
    """The step waits for its first look; SIGTERM comes then."""
    command = [sys.executable, "-m", "delivery.canary", *words(place_file)[:-1], "60"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as step:
        for line in step.stderr:
            if "storage rm" in line:  # the ripples of the first stage are gone: now it waits
                break
        step.send_signal(signal.SIGTERM)
        step.stderr.read()
    assert step.returncode == 128 + signal.SIGTERM
    assert moves(cloud) == [f"{NEW}=5,{OLD}=95", f"{OLD}=100"]
