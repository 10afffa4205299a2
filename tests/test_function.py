"""functions-framework really serving ``main.py``, both targets, through the real client libraries."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from fakes import tones
from fakes.cloud import KEY, ROOT, Cloud, clean_environment, heard

pytestmark = pytest.mark.slow  # a process starts; most tests answer faster than that

VOICES = {"Ann": "Kore", "Bob": "Puck", "Cy": "Charon", "Di": "Leda"}
TURNS = (
    ("Ann", "Good evening, {word}, and welcome back to our show."),
    ("Bob", "What are we listening to tonight?"),
    ("Cy", "Silence, mostly, says {word}."),
    ("Di", "And a little wind."),
    ("Ann", "Then {word} shall have the last word."),
)
SEGMENTS = 3  # of at most two speakers each
FILES = {
    *("episode.json", "episode.mp3", "chapters.json"),
    *("transcript.vtt", "transcript.srt", "transcript.txt", "transcript.json"),
}
_numbers = count()


@pytest.fixture(scope="module")
def cloud():
    with Cloud(VOICEBOOTH_RETRIES="1", ENVIRONMENT="production") as cloud:
        yield cloud


@pytest.fixture(scope="module")
def on_script(cloud):
    with cloud.function("on_script") as function:
        yield function
    check_log(function.log)


@pytest.fixture(scope="module")
def http(cloud):
    with cloud.function("http", LOG_LEVEL="DEBUG") as function:
        yield function
    check_log(function.log)


@pytest.fixture
def word():
    """A word that only this test's script has."""
    return f"w{next(_numbers)}"


def check_log(lines):
    """Hold everything a function wrote against: an object a line, no words of a script, no key."""
    assert lines
    for line in lines:
        entry = json.loads(line)
        assert entry["severity"] in {"DEBUG", "INFO", "WARNING", "ERROR"}
        assert not re.search(rf"welcome back|listening|Silence|{KEY}", line)


def script(word):
    names = "".join(f"  {name}: {voice}\n" for name, voice in VOICES.items())
    turns = "\n\n".join(f"{name}: {text.format(word=word)}" for name, text in TURNS)
    return f"---\ntitle: The quiet hour\nshow: Evenings\nvoices:\n{names}---\n\n# Welcome\n\n{turns}\n"


def spoken(word):
    return tones.spoken((VOICES[name], text.format(word=word)) for name, text in TURNS)


def check_complete(cloud, event, word):
    episode, manifest = cloud.episode(event), cloud.manifest(event)
    assert episode.keys() == FILES
    assert (manifest["state"], manifest["title"], manifest["errors"]) == ("done", "The quiet hour", [])
    assert manifest["script"]["uri"] == f"gs://scripts/{event.name}"
    assert manifest["script"]["generation"] == event.generation
    assert manifest["progress"] == {"segments": SEGMENTS, "done": SEGMENTS}
    assert {role["speaker"]: role["voice"] for role in manifest["cast"]} == VOICES
    assert manifest["audio"][0]["bytes"] == len(episode["episode.mp3"])
    assert word in episode["transcript.txt"].decode()
    assert heard(episode["episode.mp3"]) == spoken(word)


def voiced(cloud, word):
    return sum(word in request.words for request in cloud.gemini.requests if request.status == 200)


def check_problem(answer, status):
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == status
    assert {"type", "title", "detail"} <= answer.json.keys()
    return answer.json


def as_binary(function, event):
    return function.post("/", event.resource, event.headers)


def as_structured(function, event):
    return function.post("/", event.structured, {"content-type": "application/cloudevents+json"})


def as_push(function, event):
    return function.post("/", event.push())


@pytest.mark.parametrize("tell", [as_binary, as_structured, as_push])
def test_an_event_leaves_a_complete_episode(cloud, on_script, word, tell):
    event = cloud.upload(f"evenings/{word}.md", script(word))
    assert tell(on_script, event).status == 200
    check_complete(cloud, event, word)


def test_a_push_to_the_http_target_leaves_one_too(cloud, http, word):
    event = cloud.upload(f"{word}.md", script(word))
    assert http.post("/events", event.push()).status == 204
    check_complete(cloud, event, word)


def test_a_push_without_the_object_is_enough_for_the_http_target(cloud, http, word):
    event = cloud.upload(f"bare/{word}.md", script(word))
    message = {"attributes": event.push()["message"]["attributes"], "messageId": "1"}
    assert http.post("/events", {"message": message}).status == 204
    check_complete(cloud, event, word)


def test_a_request_makes_an_episode_and_answers_with_its_manifest(cloud, http, word):
    event = cloud.upload(f"asked/{word}.md", script(word))
    answer = http.post("/episodes", {"script": f"gs://scripts/{event.name}"})
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == cloud.manifest(event)
    check_complete(cloud, event, word)


def test_what_is_made_is_made(cloud, on_script, http, word):
    event = cloud.upload(f"again/{word}.md", script(word))
    as_binary(on_script, event)
    before = cloud.episode(event)
    asked, calls = len(cloud.gemini.requests), len(cloud.gcs.calls)
    for answer in (as_binary(on_script, event), as_push(on_script, event), http.post("/events", event.push())):
        assert 200 <= answer.status < 300
    assert http.post("/episodes", {"script": f"gs://scripts/{event.name}"}).json == cloud.manifest(event)
    assert cloud.episode(event) == before
    assert len(cloud.gemini.requests) == asked
    assert {operation for operation, _ in cloud.gcs.calls[calls:]} <= {"get", "media", "list"}


def test_two_deliveries_at_once_make_one_episode(cloud, on_script, http, word):
    event = cloud.upload(f"twice/{word}.md", script(word))
    asked = len(cloud.gemini.requests)
    ways = (lambda: as_binary(on_script, event), lambda: http.post("/events", event.push()))
    with ThreadPoolExecutor(8) as pool:
        answers = [future.result() for future in [pool.submit(way) for way in ways * 4]]
    assert {answer.status for answer in answers} <= {200, 204, 503}
    assert any(answer.status < 300 for answer in answers)
    assert all("retry-after" in answer.headers for answer in answers if answer.status == 503)
    assert as_binary(on_script, event).status == 200
    assert len(cloud.gemini.requests) - asked == SEGMENTS
    check_complete(cloud, event, word)


def test_a_script_at_fault_is_acknowledged_and_told(cloud, on_script, word):
    event = cloud.upload(f"faulty/{word}.md", f"---\nvoices:\n  Ann: Nobody\n---\nAnn: Hello, {word}.\n")
    asked = len(cloud.gemini.requests)
    assert as_binary(on_script, event).status == 200
    manifest = cloud.manifest(event)
    assert cloud.episode(event).keys() == {"episode.json", "error.txt"}
    assert (manifest["state"], manifest["errors"][0]["line"]) == ("failed", 3)
    text = cloud.episode(event)["error.txt"].decode()
    assert f'{word}.md:3: there is no voice "Nobody"' in text
    assert "fix: " in text
    assert len(cloud.gemini.requests) == asked
    mended = cloud.upload(event.name, script(word))
    assert as_binary(on_script, mended).status == 200
    check_complete(cloud, mended, word)


def test_an_unknown_kind_of_file_is_acknowledged_and_told(cloud, on_script, word):
    event = cloud.upload(f"kinds/{word}.pdf", b"%PDF-1.7")
    assert as_push(on_script, event).status == 200
    assert cloud.manifest(event)["state"] == "failed"
    assert ".pdf" in cloud.episode(event)["error.txt"].decode()


def test_a_passing_failure_comes_again_and_goes_on_from_what_is_kept(cloud, on_script, word):
    name = f"passing/{word}.md"
    as_binary(on_script, cloud.upload(name, script(word).partition("\n\nCy")[0]))
    event = cloud.upload(name, script(word))
    cloud.gemini.fault_for = lambda heard: "status_503" if any("Silence" in text for _, text in heard.lines) else ""
    try:
        check_problem(as_binary(on_script, event), 503)
        check_problem(as_push(on_script, event), 503)
    finally:
        cloud.gemini.fault_for = lambda _: ""
    assert cloud.manifest(event)["state"] == "queued"
    assert "error.txt" not in cloud.episode(event)
    kept = voiced(cloud, word)
    assert 0 < kept < SEGMENTS
    asked = len(cloud.gemini.requests)
    assert as_binary(on_script, event).status == 200
    assert len(cloud.gemini.requests) - asked == SEGMENTS - kept
    assert voiced(cloud, word) == SEGMENTS
    check_complete(cloud, event, word)


def test_a_spent_quota_is_parked_and_comes_again(cloud, http, word):
    event = cloud.upload(f"quota/{word}.md", script(word))
    cloud.gemini.script(*["quota_day"] * SEGMENTS)
    answer = http.post("/events", event.push())
    check_problem(answer, 503)
    assert cloud.manifest(event)["state"] == "parked"
    while cloud.gemini.faults_left:
        check_problem(http.post("/events", event.push()), 503)
    assert http.post("/events", event.push()).status == 204
    assert voiced(cloud, word) == SEGMENTS
    check_complete(cloud, event, word)


def test_a_refusal_is_acknowledged_and_told(cloud, on_script, word):
    event = cloud.upload(f"refused/{word}.md", f"Ann: {word}, please.\n")
    cloud.gemini.script("blocked_prompt")
    assert as_binary(on_script, event).status == 200
    assert cloud.manifest(event)["state"] == "failed"
    assert "error.txt" in cloud.episode(event)


@pytest.mark.parametrize(
    ("name", "bucket"),
    [
        ("ignored/", "scripts"),
        ("ignored/.hidden.md", "scripts"),
        ("ignored/.git/ep.md", "scripts"),
        ("ignored/~$ep.md", "scripts"),
        ("ignored/jingle.mp3", "scripts"),
        ("ignored/COVER.JPG", "scripts"),
        ("ignored/names.lexicon.yaml", "scripts"),
        ("ignored/lexicon.json", "scripts"),
        ("ignored/ep.md", "elsewhere"),
    ],
)
def test_what_is_no_script_of_ours_is_ignored(cloud, on_script, http, name, bucket):
    event = cloud.upload(name, "Ann: Hello.\n", bucket)
    calls = len(cloud.gcs.calls)
    assert [as_binary(on_script, event).status, as_push(on_script, event).status] == [200, 200]
    assert http.post("/events", event.push()).status == 204
    assert len(cloud.gcs.calls) == calls
    assert not cloud.objects("episodes", "ignored")


@pytest.mark.parametrize("what", ["deleted", "archived", "metadataUpdated"])
def test_other_events_are_ignored(cloud, on_script, http, what):
    event = cloud.upload("ignored/other.md", "Ann: Hello.\n")
    headers = {**event.headers, "ce-type": f"google.cloud.storage.object.v1.{what}"}
    assert on_script.post("/", event.resource, headers).status == 200
    assert http.post("/events", event.push("OBJECT_DELETE")).status == 204
    assert not cloud.objects("episodes", "ignored")


def test_an_event_of_a_script_that_is_gone_is_forgotten(cloud, on_script):
    event = cloud.upload("ignored/gone.md", "Ann: Hello.\n")
    cloud.gcs.buckets.delete("scripts", event.name, {})
    assert as_binary(on_script, event).status == 200
    assert not cloud.objects("episodes", "ignored")


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b'{"say": "s3cret"}', b"[1]", b"\xff\xfe", b'"s3cret"'])
def test_a_body_that_is_no_event_is_a_problem_that_repeats_nothing(on_script, http, body):
    for function, path in ((on_script, "/"), (http, "/events"), (http, "/episodes")):
        answer = function.post(path, body, {"authorization": "Bearer s3cret"})
        if path == "/events" and answer.status == 204:  # an object that tells of nothing
            continue
        check_problem(answer, answer.status)
        assert answer.status in ({400} if function is http else {400, 500})
        assert not re.search(rb"s3cret|Traceback|File ", answer.body)


def test_paths_and_methods_that_are_not_there(on_script, http):
    check_problem(http.ask("GET", "/"), 404)
    check_problem(http.post("/episode", {}), 404)
    answer = http.ask("GET", "/episodes")
    check_problem(answer, 405)
    assert answer.headers["allow"] == "POST"
    answer = http.post("/health/live", {})
    check_problem(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD"
    check_problem(on_script.ask("GET", "/"), 405)


def test_a_line_of_the_log_names_the_script_it_is_about(cloud, on_script, word):
    event = cloud.upload(f"logged/{word}.md", script(word))
    on_script.post("/", event.resource, {**event.headers, "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    entry = json.loads(on_script.told(f"episode logged/{word} is done"))
    assert entry["severity"] == "INFO"
    labels = entry["logging.googleapis.com/labels"]
    assert labels["script"] == f"gs://scripts/{event.name}"
    assert labels["generation"] == str(event.generation)
    assert entry["logging.googleapis.com/trace"] == f"projects/test/traces/{'a' * 32}"


def test_what_nobody_foresaw_is_one_line_of_severity_error(on_script):
    check_problem(on_script.post("/", ["an array, which the framework does not expect"]), 500)
    entry = json.loads(on_script.told("an error of ours"))
    assert entry["severity"] == "ERROR"
    assert "Traceback (most recent call last)" in entry["message"]
    assert "an array" not in entry["message"]


def test_health(http):
    assert http.ask("GET", "/health/live").json == {"status": "live"}
    assert http.ask("GET", "/health/ready").json == {"status": "ready"}
    assert http.ask("HEAD", "/health/live").status == 200


def test_importing_main_loads_no_client_library():
    probe = (
        "import functions_framework, json, sys; before = set(sys.modules); import main;"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, env=clean_environment(), stdout=subprocess.PIPE, check=True
    )
    loaded = json.loads(run.stdout)
    assert "main" in loaded
    assert [n for n in loaded if n.startswith(("google.", "grpc", "av", "numpy", "pydantic", "voicebooth"))] == []


def test_a_function_without_settings_starts_answers_and_tells(cloud, word):
    event = cloud.upload(f"unset/{word}.md", script(word))
    with cloud.function(
        "http", EPISODES_BUCKET="", GEMINI_API_KEY_SECRET="", VOICEBOOTH_CONCURRENCY="many"
    ) as function:
        assert function.ask("GET", "/health/live").status == 200
        told = check_problem(function.ask("GET", "/health/ready"), 500)
        assert "VOICEBOOTH_CONCURRENCY" in told["detail"]
        check_problem(function.post("/events", event.push()), 500)
    check_log(function.log)
    assert "ERROR" in {json.loads(line)["severity"] for line in function.log}
    assert not cloud.episode(event)
