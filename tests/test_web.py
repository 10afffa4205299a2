"""The HTTP door as functions-framework builds it from ``main.py``, in this process."""

import json
import os

import functions_framework
import pytest

from fakes.cloud import KEY, ROOT, Cloud, clean_environment, logging_as_it_was
from voicebooth.claim import Claim
from voicebooth.storage import open_store

SCRIPT = "# Welcome\n\nAnn: Good evening.\nBob: Hello.\n"


@pytest.fixture
def environment(monkeypatch):
    """Sets this process's settings, and no others."""

    def put(settings):
        for name in os.environ.keys() - clean_environment().keys():
            monkeypatch.delenv(name)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    put({})
    return put


@pytest.fixture
def client():
    """A function that has just been started: ``main.py``, loaded anew."""
    with logging_as_it_was():
        yield functions_framework.create_app("http", str(ROOT / "main.py")).test_client()


@pytest.fixture
def cloud(environment):
    with Cloud(VOICEBOOTH_RETRIES="1") as cloud:
        environment(cloud.settings)
        yield cloud


def make(client, name):
    return client.post("/episodes", json={"script": f"gs://scripts/{name}"})


def check_problem(answer, status, title=None):
    """Return the body, which must be what RFC 9457 says."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.get_json(force=True)
    assert problem["status"] == status
    assert {"type", "title", "detail"} <= problem.keys()
    assert title in {None, problem["title"]}
    assert KEY not in answer.text
    return problem


def test_a_script_becomes_an_episode_within_the_request(cloud, client):
    event = cloud.upload("ep.md", SCRIPT)
    answer = make(client, "ep.md")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == cloud.manifest(event)
    assert answer.json["state"] == "done"


def test_a_script_at_fault_is_told_by_line(cloud, client):
    cloud.upload("ep.md", "---\nvoices:\n  Ann: Nobody\n  Bob: Korre\n---\nAnn: Hi.\nBob: Ho.\n")
    problem = check_problem(make(client, "ep.md"), 422, "script fault")
    assert [error["line"] for error in problem["errors"]] == [3, 4]
    assert all(error["message"] and error["fix"] for error in problem["errors"])
    assert problem["errors"] == cloud.manifest(cloud.upload("ep.md", SCRIPT))["errors"]
    assert not cloud.gemini.requests


@pytest.mark.parametrize(
    "uri",
    ["gs://elsewhere/ep.md", "gs://scripts", "gs://scripts-too/ep.md", "file:///etc/passwd", "ep.md", "", "http://x/y"],
)
def test_only_scripts_of_the_scripts_bucket_are_made(cloud, client, uri):
    cloud.upload("ep.md", SCRIPT, "elsewhere")
    problem = check_problem(client.post("/episodes", json={"script": uri}), 403, "not ours")
    assert "gs://scripts/" in problem["errors"][0]["fix"]
    assert not cloud.gcs.calls


def test_a_script_that_is_not_there_is_not_found(cloud, client):
    check_problem(make(client, "ep.md"), 404, "no script")
    assert not cloud.objects("episodes", "")


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    "name", ["", "/ep.md", "../ep.md", ".hidden.md", "a//b.md", "a\x00b.md", "\ud800.md", "x" * 2000]
)
def test_a_name_that_nothing_can_have_is_the_askers_fault(client, name):
    check_problem(make(client, name), 422)


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"{}", b'{"script": 3}', b'{"script": null}', b"\xff", b"[" * 100_000]
)
def test_a_body_that_names_no_script_is_told_how_it_should_look(client, body):
    problem = check_problem(client.post("/episodes", data=body), 400, "unreadable")
    assert problem["errors"][0]["fix"]


@pytest.mark.usefixtures("cloud")
def test_a_body_may_not_be_large(client):
    check_problem(client.post("/episodes", data=b" " * 2_000_000), 413)


@pytest.mark.slow
def test_somebody_else_is_at_it(cloud, client):
    event = cloud.upload("ep.md", SCRIPT)
    with Claim.take(open_store("gs://work"), "claims/ep.json", generation=event.generation, owner="another"):
        answer = make(client, "ep.md")
        check_problem(answer, 503, "busy")
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        check_problem(client.post("/events", json=event.push()), 503, "undelivered")
    assert make(client, "ep.md").status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "title", "event_status"),
    [
        ("status_503", 503, "service down", 503),
        ("rate_minute", 429, "rate limited", 503),
        ("quota_day", 429, "quota spent", 503),
        ("blocked_prompt", 502, "blocked", 204),
        ("key_invalid", 502, "key refused", 204),
    ],
)
def test_what_the_service_will_not_do_has_its_status(cloud, client, fault, status, title, event_status):
    event = cloud.upload("ep.md", SCRIPT)
    cloud.gemini.fault_for = lambda _: fault
    check_problem(make(client, "ep.md"), status, title)
    assert client.post("/events", json=event.push()).status_code == event_status
    cloud.gemini.fault_for = lambda _: ""
    assert make(client, "ep.md").json["state"] == "done"


@pytest.mark.slow
def test_time_that_is_nearly_up_is_a_reason_to_come_again(cloud, environment, client):
    environment(cloud.settings | {"VOICEBOOTH_DEADLINE_S": "1"})
    event = cloud.upload("ep.md", SCRIPT)
    check_problem(client.post("/events", json=event.push()), 503, "undelivered")
    check_problem(make(client, "ep.md"), 503, "out of time")
    assert not cloud.gemini.requests


def test_a_storage_that_is_gone_is_a_reason_to_come_again(cloud, environment, client):
    environment(cloud.settings | {"WORK_BUCKET": "gs://no-such-bucket"})
    event = cloud.upload("ep.md", SCRIPT)
    check_problem(client.post("/events", json=event.push()), 503, "undelivered")
    check_problem(make(client, "ep.md"), 500, "settings fault")


def test_what_is_odd_about_the_settings_is_logged(cloud, environment, client, capfd):
    environment(cloud.settings | {"ENVIRONMENT": "staging", "VOICEBOOTH_CONCURENCY": "3"})
    assert client.get("/health/ready").status_code == 200
    (entry,) = map(json.loads, capfd.readouterr().err.splitlines())
    assert entry["severity"] == "WARNING"
    assert "did you mean VOICEBOOTH_CONCURRENCY?" in entry["message"]


# --- health -----------------------------------------------------------------------------------------------------------


def test_it_lives_whatever_the_settings(environment, client):
    environment({"VOICEBOOTH_CONCURRENCY": "many"})
    assert client.get("/health/live").json == {"status": "live"}


def test_it_is_ready_without_having_asked_anybody(cloud, client):
    assert client.get("/health/ready").json == {"status": "ready"}
    assert [*cloud.gemini.requests, *cloud.gcs.calls, *cloud.secrets.calls] == []


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"SCRIPTS_BUCKET": "", "WORK_BUCKET": ""}, {"SCRIPTS_BUCKET is not set", "WORK_BUCKET is not set"}),
        ({"GEMINI_API_KEY_SECRET": ""}, {"there is no API key"}),
        ({"GEMINI_TTS_MODEL": "gemini-unheard-of"}, None),
        ({"VOICEBOOTH_RETRIES": "0"}, None),
        ({"EPISODES_BUCKET": "gs://scripts"}, None),
    ],
)
def test_it_is_not_ready_when_a_setting_is_missing_or_wrong(cloud, environment, client, settings, missing):
    environment(cloud.settings | settings)
    problem = check_problem(client.get("/health/ready"), 500)
    assert missing in ({error["message"] for error in problem["errors"]}, None)
    assert client.get("/health/live").status_code == 200
    event = cloud.upload("ep.md", SCRIPT)
    assert client.post("/events", json=event.push()).status_code in {500, 503}


@pytest.mark.parametrize(
    "settings",
    [
        {"GEMINI_API_KEY_SECRET": "", "GEMINI_API_KEY": KEY},
        {"GEMINI_API_KEY_SECRET": "", "GOOGLE_GENAI_USE_ENTERPRISE": "true"},
        {"GEMINI_API_KEY_SECRET": "", "VOICEBOOTH_SPEECH": "offline"},
    ],
)
def test_there_are_other_ways_to_be_ready(cloud, environment, client, settings):
    environment(cloud.settings | settings)
    assert client.get("/health/ready").status_code == 200


def test_a_page_of_nothing_and_a_method_of_nothing(environment, client):
    environment({})
    check_problem(client.get("/"), 404)
    for path, allowed in (("/events", "POST"), ("/episodes", "POST"), ("/health/live", "GET, HEAD")):
        answer = client.delete(path)
        check_problem(answer, 405)
        assert answer.headers["Allow"] == allowed
