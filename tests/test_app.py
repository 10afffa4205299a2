"""The composition root: settings in, an application whose adapters are as the settings say."""

import json
import os

import pytest

from fakes.cloud import KEY, SECRET, Cloud, clean_environment, logging_as_it_was
from voicebooth.app import App, Undelivered
from voicebooth.errors import Blocked, KeyRefused, ScriptFault, SettingsFault
from voicebooth.events import Arrival
from voicebooth.parse import is_about

SCRIPT = "Ann: Good evening.\nBob: Hello.\n"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    with logging_as_it_was():
        yield


@pytest.fixture
def cloud(monkeypatch):
    with Cloud(VOICEBOOTH_RETRIES="1") as cloud:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", cloud.gcs.url)
        yield cloud


def app_of(cloud, folder, **settings):
    return App.start(cloud.settings | settings, folder)


def arrived(event):
    return Arrival(event.bucket, event.name, event.generation)


def no_progress(_tally, _segments):
    pass


def test_an_app_is_built_without_asking_anybody(cloud, tmp_path):
    app = app_of(cloud, tmp_path)
    app.ready()
    assert [*cloud.gemini.requests, *cloud.gcs.calls, *cloud.secrets.calls] == []


def test_one_secret_is_fetched_for_many_episodes(cloud, tmp_path):
    app = app_of(cloud, tmp_path)
    for name in ("one.md", "two.md"):
        app.deliver(arrived(cloud.upload(name, f"Ann: This is {name[:3]}.\n")))
    assert cloud.secrets.calls == [f"{SECRET}/versions/latest"]
    assert {request.key for request in cloud.gemini.requests} == {KEY}


def test_a_key_that_was_changed_is_noticed(cloud, tmp_path):
    app = app_of(cloud, tmp_path, VOICEBOOTH_KEY_CACHE_S="0")
    app.deliver(arrived(cloud.upload("one.md", "Ann: One.\n")))
    cloud.gemini.keys = {"a-new-key"}
    cloud.secrets.secrets[SECRET].append("a-new-key")
    app.deliver(arrived(cloud.upload("two.md", "Ann: Two.\n")))
    assert [request.key for request in cloud.gemini.requests] == [KEY, "a-new-key"]


def test_scripts_may_lie_below_a_prefix(cloud, tmp_path):
    app = app_of(cloud, tmp_path, SCRIPTS_BUCKET="gs://scripts/inbox/", EPISODES_BUCKET="gs://episodes/out")
    app.deliver(arrived(cloud.upload("inbox/show/ep.md", SCRIPT)))
    app.deliver(arrived(cloud.upload("outbox/ep.md", SCRIPT)))
    app.deliver(arrived(cloud.upload("inboxes/ep.md", SCRIPT)))
    names = cloud.objects("episodes", "")
    assert "out/show/ep/episode.mp3" in names
    assert all(name.startswith("out/show/ep/") for name in names)


def test_the_same_on_folders(cloud, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scripts/show").mkdir(parents=True)
    (tmp_path / "scripts/show/ep.md").write_text(SCRIPT)
    places = {f"{name.upper()}_BUCKET": str(tmp_path / name) for name in ("scripts", "work", "episodes")}
    app = app_of(cloud, tmp_path, **places)
    _, place = app.make(str(tmp_path / "scripts/show/ep.md"), no_progress)
    assert place == (tmp_path / "episodes/show/ep").as_uri()
    manifest = app.make_uri((tmp_path / "scripts/show/ep.md").as_uri())
    assert manifest.state == "done"
    assert len(cloud.gemini.requests) == 1
    assert (tmp_path / "episodes/show/ep/episode.mp3").exists()


def test_a_price_that_is_set_is_the_price(cloud, tmp_path):
    app = app_of(cloud, tmp_path, VOICEBOOTH_USD_PER_MILLION_AUDIO_TOKENS="1000", VOICEBOOTH_TOKENS_PER_SECOND="100")
    event = cloud.upload("ep.md", SCRIPT)
    prepared, kept = app.prepared("gs://scripts/ep.md")
    assert not kept
    app.deliver(arrived(event))
    cost = cloud.manifest(event)["cost"]
    assert cost["price_table"] == "settings"
    assert cost["estimated_usd"] == pytest.approx(prepared.estimated_usd, abs=1e-6)
    tokens = cloud.gemini.requests[0].tokens
    assert cost["usd"] == pytest.approx(tokens / 1000, rel=0.01)
    _, kept = app.prepared("gs://scripts/ep.md")
    assert len(kept) == 1


def test_nothing_dearer_than_allowed_is_begun(cloud, tmp_path):
    event = cloud.upload("ep.md", SCRIPT)
    app_of(cloud, tmp_path, VOICEBOOTH_MAX_COST_USD="0.00001").deliver(arrived(event))
    assert cloud.manifest(event)["state"] == "failed"
    assert "VOICEBOOTH_MAX_COST_USD" in cloud.episode(event)["error.txt"].decode()
    assert not cloud.gemini.requests


def test_a_script_chooses_its_model(cloud, tmp_path):
    event = cloud.upload("ep.md", f"---\nmodel: gemini-3.8-flash-lite-tts\n---\n{SCRIPT}")
    app_of(cloud, tmp_path).deliver(arrived(event))
    assert {request.model for request in cloud.gemini.requests} == {"gemini-3.8-flash-lite-tts"}
    assert cloud.manifest(event)["model"] == "gemini-3.8-flash-lite-tts"


def test_the_route_without_a_key_names_the_project(cloud, tmp_path):
    app = app_of(
        cloud, tmp_path, GOOGLE_GENAI_USE_ENTERPRISE="true", GOOGLE_CLOUD_LOCATION="eu", GEMINI_API_KEY_SECRET=""
    )
    app.ready()
    route = app._route()
    assert (route.project, route.location, route.api_version) == ("test", "eu", "v1beta1")
    pinned = app_of(cloud, tmp_path, GOOGLE_GENAI_USE_ENTERPRISE="true", VOICEBOOTH_API_VERSION="v1")
    assert pinned._route().api_version == "v1"
    assert app_of(cloud, tmp_path)._route().project == ""


@pytest.mark.parametrize(("fault", "kind"), [("blocked_prompt", Blocked), ("key_invalid", KeyRefused)])
def test_a_refusal_is_forgotten_by_events_and_told_to_those_who_ask(cloud, tmp_path, fault, kind, capfd):
    app = app_of(cloud, tmp_path, ENVIRONMENT="production")
    event = cloud.upload("ep.md", SCRIPT)
    cloud.gemini.fault_for = lambda _: fault
    app.deliver(arrived(event))
    with pytest.raises(kind):
        app.make_uri("gs://scripts/ep.md")
    entries = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert {entry["severity"] for entry in entries if kind.__name__ in entry["message"]} == {"ERROR"}
    assert {entry["logging.googleapis.com/labels"]["script"] for entry in entries} == {"gs://scripts/ep.md"}


def test_an_event_that_cannot_be_worked_on_must_come_again(cloud, tmp_path):
    app = app_of(cloud, tmp_path, EPISODES_BUCKET="")
    with pytest.raises(Undelivered, match="EPISODES_BUCKET is not set") as undelivered:
        app.deliver(arrived(cloud.upload("ep.md", SCRIPT)))
    assert isinstance(undelivered.value.__cause__, SettingsFault)


def test_a_fault_in_the_settings_is_logged_where_nobody_reads_a_terminal(tmp_path, capfd):
    with pytest.raises(SettingsFault):
        App.serve({"ENVIRONMENT": "prod"}, tmp_path)
    (entry,) = map(json.loads, capfd.readouterr().err.splitlines())
    assert entry["severity"] == "ERROR"
    assert 'ENVIRONMENT is "prod"' in entry["message"]


@pytest.mark.parametrize("script", ["gs://scripts/none.md", "none.md"])
def test_there_is_nothing_to_prepare_without_a_script(cloud, tmp_path, script):
    with pytest.raises(ScriptFault, match="there is no such script"):
        app_of(cloud, tmp_path).prepared(script)


@pytest.mark.parametrize("name", ["README.md", "show/readme.de.txt", "LICENSE.txt", "show/lexicon.yaml", "theme.mp3"])
def test_what_lies_beside_scripts_by_right_is_not_read_aloud(cloud, tmp_path, name, caplog):
    caplog.set_level("INFO")
    app_of(cloud, tmp_path).deliver(arrived(cloud.upload(name, "This bucket holds scripts.\n")))
    assert "it tells of no script of ours" in caplog.text
    assert not cloud.objects("episodes", "")


@pytest.mark.parametrize(
    ("name", "about"),
    [
        *(
            ("README.md", True),
            ("readme", True),
            ("a/ReadMe.pt-br.md", True),
            ("licence.txt", True),
            ("CHANGELOG.md", True),
        ),
        *(("readme first.md", False), ("license-to-sing.md", False), ("my-readme.md", False), ("readme/ep.md", False)),
    ],
)
def test_files_about_a_folder_are_known_by_name(name, about):
    assert is_about(name) is about
