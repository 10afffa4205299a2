"""``doctor``: what is well, what is not and what to do, at no cost and without leaving anything behind."""

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from fakes.cloud import SECRET
from fakes.gcs import Fault
from voicebooth.doctor import HOUR_BYTES, LITTLE_BYTES, _clock, _room
from voicebooth.settings import Settings

ALL = ["python", "packages", "settings", "audio", "draft voice", "key"]
REST = ["scripts", "work", "episodes", "disk"]


@pytest.fixture
def deployed(monkeypatch, cloud):
    """The three buckets of the cloud, and the key by reference."""
    for name, value in cloud.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GEMINI_API_KEY")
    return cloud


def examined(terminal, status, *arguments):
    """Return what is found, by check; findings that are not well carry a fix."""
    assert terminal("doctor", "--json", *arguments) == status
    assert terminal.err == ""
    findings = [json.loads(line) for line in terminal.out.splitlines()]
    assert all(found["fix"] for found in findings if found["state"] != "ok")
    assert {found["status"] for found in findings} <= {0, status}
    return {found["check"]: found for found in findings}


@pytest.mark.slow
def test_all_is_well_in_the_cloud(terminal, deployed):
    found = examined(terminal, 0)
    assert list(found) == [*ALL, "service", "clock", *REST]
    assert {finding["state"] for finding in found.values()} == {"ok"}
    assert found["key"]["message"] == f"fetched from {SECRET}"
    assert found["episodes"]["message"] == "gs://episodes can be written"
    assert not deployed.gemini.requests  # nothing is voiced
    assert deployed.gemini.looked_up == [Settings().gemini_tts_model]
    assert not [deployed.objects(bucket, "") for bucket in ("work", "episodes") if deployed.objects(bucket, "")]


@pytest.mark.slow
def test_without_a_key_it_says_so_and_looks_at_the_rest(terminal):
    found = examined(terminal, 2)
    assert list(found) == [*ALL, *REST[1:]]
    assert found["key"]["state"] == "fail"
    assert "https://aistudio.google.com/apikey" in found["key"]["fix"]
    assert re.search(r"/episodes will be made", found["episodes"]["message"])
    assert not Path("episodes").exists()


@pytest.mark.slow
def test_the_draft_voice_needs_no_key_and_no_network(terminal, monkeypatch):
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    found = examined(terminal, 0, "--speech", "offline", "--out", "elsewhere")
    assert list(found) == [*ALL, *REST[1:]]
    assert found["episodes"]["message"].endswith("/elsewhere will be made when it is needed")


@pytest.mark.slow
def test_a_key_that_is_refused(terminal, cloud):
    cloud.gemini.keys = {"another"}
    found = examined(terminal, 4)
    assert "the API key is not valid" in found["service"]["message"]
    assert found["key"]["message"] == "given by environment"


@pytest.mark.slow
@pytest.mark.usefixtures("cloud")
def test_a_service_that_cannot_be_reached(terminal, monkeypatch):
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    found = examined(terminal, 3)
    assert "the service could not be reached" in found["service"]["message"]
    assert "check the network" in found["service"]["fix"]
    assert "clock" not in found


@pytest.mark.slow
def test_something_else_that_answers_in_the_services_place(terminal, cloud):
    cloud.gemini.garbled = b"<html>Sign in to this network</html>"
    found = examined(terminal, 4)
    assert found["service"]["message"] == "what answers is not the service"


@pytest.mark.slow
def test_a_secret_that_is_not_there(terminal, deployed, monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY_SECRET", "projects/test/secrets/other")
    found = examined(terminal, 2)
    assert "there is no such secret" in found["key"]["message"]
    assert "service" not in found
    assert not deployed.gemini.looked_up


@pytest.mark.slow
def test_buckets_that_are_missing_or_shut(terminal, deployed, monkeypatch):
    monkeypatch.setenv("SCRIPTS_BUCKET", "gs://nowhere")
    deployed.gcs.faults += [Fault(403, "insert", "probe-")]
    found = examined(terminal, 2)
    assert found["scripts"]["message"] == "gs://nowhere: the bucket does not exist"
    assert re.match(r"gs://work/probe-\w+\.txt: Cloud Storage answered 403", found["work"]["message"])
    assert "roles/storage.objectUser" in found["work"]["fix"]
    assert found["episodes"]["state"] == "ok"
    assert not deployed.gcs.faults


@pytest.mark.slow
def test_folders_that_are_there_are_written_to_and_left_as_they_were(terminal):
    Path("made").mkdir()
    Path("made/keep.txt").write_text("as it was")
    found = examined(terminal, 2, "--out", "made")
    assert found["episodes"]["message"].endswith("/made can be written")
    assert [path.name for path in Path("made").iterdir() if not path.name.startswith(".")] == ["keep.txt"]


@pytest.mark.slow
def test_a_folder_that_cannot_be_made(terminal):
    Path("taken").write_text("a file")
    found = examined(terminal, 2, "--out", "taken/episodes")
    assert found["episodes"]["state"] == "fail"
    assert "taken may not be written to" in found["episodes"]["message"]


def test_settings_at_fault_end_it(terminal, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_RETRIES", "many")
    assert terminal("doctor") == 2
    assert [line.split()[:2] for line in terminal.out.splitlines()] == [
        ["ok", "python"],
        ["ok", "packages"],
        ["fail", "settings"],
    ]
    assert 'VOICEBOOTH_RETRIES is "many"; give a whole number' in terminal.out


def test_settings_that_are_odd_are_a_warning(terminal, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_RETIRES", "4")
    terminal("doctor", "--speech", "offline", "--quiet")
    assert re.fullmatch(r"warn  settings +environment: VOICEBOOTH_RETIRES .* VOICEBOOTH_RETRIES\?\n", terminal.out)


@pytest.mark.parametrize(
    ("module", "check", "says"),
    [
        ("lameenc", "packages", "lameenc cannot be loaded"),
        ("google.genai", "packages", "google.genai must be installed"),
        ("google.cloud.storage", "work", "needs google.cloud.storage"),
    ],
)
@pytest.mark.slow
def test_what_is_not_installed_is_named(terminal, deployed, monkeypatch, module, check, says):
    assert deployed
    for name in list(sys.modules):
        if name.startswith("voicebooth.storage.gcs"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    found = examined(terminal, 2)
    assert says in found[check]["message"]
    assert "install" in found[check]["fix"]


@pytest.mark.slow
def test_the_services_library_is_looked_for_even_without_a_key(terminal, monkeypatch):
    assert terminal("doctor") == 2
    assert re.search(r"^ok    packages     google-genai \d+\.\d+", terminal.out, re.MULTILINE)
    monkeypatch.setitem(sys.modules, "google.genai", None)
    found = examined(terminal, 2)
    assert (found["packages"]["state"], found["key"]["state"]) == ("fail", "fail")
    assert "service" not in found
    found = examined(terminal, 0, "--speech", "offline")
    assert "google-genai" not in found["packages"]["message"]


@pytest.mark.slow
def test_the_draft_voice_may_be_missing_unless_it_is_to_speak(terminal, monkeypatch, cloud):
    assert cloud
    monkeypatch.setitem(sys.modules, "hibari", None)
    assert examined(terminal, 0)["draft voice"]["state"] == "warn"
    assert examined(terminal, 2, "--speech", "offline")["draft voice"]["state"] == "fail"


@pytest.mark.parametrize(
    ("off_s", "state", "says"),
    [(5, "ok", ""), (-5, "ok", ""), (90, "warn", "90 seconds ahead of"), (-4000, "warn", "4000 seconds behind")],
)
def test_a_clock_that_is_off(off_s, state, says):
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    (found,) = _clock(format_datetime(now - timedelta(seconds=off_s), usegmt=True), now)
    assert found.state == state
    assert says in found.message
    assert list(_clock("", now)) == list(_clock("noon", now)) == []


@pytest.mark.parametrize(
    ("free_bytes", "state", "status"),
    [(LITTLE_BYTES, "ok", 0), (LITTLE_BYTES - 1, "warn", 0), (HOUR_BYTES - 1, "fail", 2)],
)
def test_room_on_the_disk(free_bytes, state, status):
    found = _room(free_bytes)
    assert (found.state, found.status) == (state, status)
