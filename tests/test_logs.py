import contextlib
import io
import json
import logging
import sys

import flask
import pytest

from voicebooth import logs
from voicebooth.errors import ScriptFault, ServiceDown, SettingsFault

WORDS = "these words are from a script"
log = logging.getLogger("voicebooth.test")


@pytest.fixture(autouse=True)
def _as_it_was():
    root, ours = logging.getLogger(), logging.getLogger("voicebooth")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], level, own_level = before
    root.setLevel(level)
    ours.setLevel(own_level)


def entries(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fail():
    try:
        json.loads(WORDS)
    except ValueError as error:
        raise RuntimeError(WORDS) from error


def test_a_person_reads_one_plain_line(capsys):
    logs.setup("INFO", "development")
    log.info("episode %s is %s", "show/ep", "done", extra={"labels": {"script": "show/ep.md"}})
    line = capsys.readouterr().err
    assert line.endswith("INFO     episode show/ep is done\n")
    assert line.count("\n") == 1


def test_cloud_logging_reads_an_object_a_line(capsys):
    logs.setup("INFO", "production", "project")
    log.warning("second\nline", extra={"labels": {"script": "show/ep.md"}})
    (entry,) = entries(capsys)
    assert (entry["severity"], entry["message"]) == ("WARNING", "second\nline")
    assert entry["logging.googleapis.com/labels"]["script"] == "show/ep.md"
    assert entry["logging.googleapis.com/sourceLocation"]["function"] == "test_cloud_logging_reads_an_object_a_line"


@pytest.mark.parametrize(
    "headers",
    [
        {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"},
        {"X-Cloud-Trace-Context": f"{'a' * 32}/1;o=1"},
    ],
)
def test_a_line_belongs_to_the_request_it_was_written_for(capsys, headers):
    logs.setup("INFO", "production", "project")
    with flask.Flask("test").test_request_context("/events", headers=headers):
        log.info("asked")
    (entry,) = entries(capsys)
    assert entry["logging.googleapis.com/trace"] == f"projects/project/traces/{'a' * 32}"
    assert entry["logging.googleapis.com/trace_sampled"] is True


@pytest.mark.parametrize("environment", ["development", "staging"])
def test_a_traceback_tells_places_and_types_but_no_foreign_words(capsys, caplog, environment):
    logs.setup("INFO", environment)
    logging.getLogger().handlers.insert(0, caplog.handler)  # it formats the record before ours does
    try:
        fail()
    except RuntimeError:
        log.exception("a bug")
    written = capsys.readouterr().err
    assert WORDS in caplog.text
    assert WORDS not in written
    assert "Traceback (most recent call last)" in written
    assert written.index("JSONDecodeError") < written.index("RuntimeError")
    assert "in fail" in written


def test_our_own_errors_keep_their_words(capsys):
    logs.setup("INFO", "development")
    log.error("refused", exc_info=ScriptFault("line 3 names no speaker"))
    assert "ScriptFault: line 3 names no speaker" in capsys.readouterr().err


def test_a_hidden_cause_stays_hidden(capsys):
    logs.setup("INFO", "development")
    try:
        try:
            fail()
        except RuntimeError:
            raise ServiceDown("no answer") from None
    except ServiceDown:
        log.exception("passing")
    assert "RuntimeError" not in capsys.readouterr().err


def test_other_libraries_are_heard_from_warning_up(capsys):
    logs.setup("DEBUG", "development")
    log.debug("ours")
    logging.getLogger("httpx").info("theirs")
    logging.getLogger("httpx").warning("careful")
    written = capsys.readouterr().err
    assert ("ours" in written, "theirs" in written, "careful" in written) == (True, False, True)


def test_our_level_holds(capsys):
    logs.setup("ERROR", "development")
    log.warning("quiet")
    assert capsys.readouterr().err == ""


def test_a_laptop_without_the_library_is_told_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.cloud.logging_v2.handlers", None)
    with pytest.raises(SettingsFault, match="google-cloud-logging is not installed"):
        logs.setup("INFO", "production")


@pytest.mark.parametrize("environment", ["development", "production"])
def test_lines_go_where_standard_error_leads_now(capsys, environment):
    logs.setup("INFO", environment)
    redirected = io.StringIO()
    with contextlib.redirect_stderr(redirected):
        log.info("asked")
    assert "asked" in redirected.getvalue()
    assert capsys.readouterr().err == ""


def test_setting_up_again_writes_no_line_twice(capsys):
    logging.getLogger().addHandler(logging.StreamHandler())  # as functions-framework may have done
    logs.setup("INFO", "development")
    logs.setup("INFO", "production")
    log.info("once")
    assert [entry["message"] for entry in entries(capsys)] == ["once"]
