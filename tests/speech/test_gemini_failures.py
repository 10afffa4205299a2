"""Every way in which the service or its library fails becomes an error of ours, and none is left out."""

import google.auth.exceptions
import httpx2
import pytest
from google.genai import errors, types

from fakes.gemini import FakeGemini
from fakes.gemini_faults import FLAWED, PASSING, QUOTA, REFUSED, UNHEARD
from voicebooth.errors import (
    Blocked,
    FlawedTake,
    KeyRefused,
    Passing,
    QuotaSpent,
    RateLimited,
    RequestRefused,
    ServiceDown,
    VoiceboothError,
)
from voicebooth.speech import Line, Request, failures, models
from voicebooth.speech.gemini import Gemini, Route

TEXT = "Confidential words that nobody may read in a log."
SOUNDING = {  # audio arrives; whether it is good is for the check to say
    *("silence", "hole", "too_short", "too_long", "too_slow", "static_tail", "clipped", "faded", "whisper"),
    *UNHEARD,
}
EXPECTED = {
    **dict.fromkeys(PASSING, ServiceDown),
    **{name: RateLimited for name in PASSING if name.startswith("rate_")},
    **dict.fromkeys(QUOTA, QuotaSpent),
    **dict.fromkeys(REFUSED, RequestRefused),
    **dict.fromkeys(("key_invalid", "key_missing", "key_leaked", "unauthenticated"), KeyRefused),
    **{name: Blocked for name in REFUSED if name.startswith("blocked_")},
    **dict.fromkeys(sorted(FLAWED.keys() - SOUNDING), FlawedTake),
}


@pytest.fixture(scope="module")
def fake():
    with FakeGemini(retry_delay_s=0.25) as server:
        yield server


def key(refresh=False):  # noqa: ARG001  # there is only one
    return "secret-key"


@pytest.fixture(scope="module")
def gemini(fake):
    return Gemini(models.model("gemini-3.8-flash-tts"), key, Route(base_url=fake.url))


def voice(gemini):
    return gemini.voice(Request(gemini.engine, (Line("Kore", TEXT),)), 5.0)


@pytest.mark.parametrize(("fault", "kind"), EXPECTED.items(), ids=list(EXPECTED))
def test_a_failure_becomes_one_of_ours(fake, gemini, fault, kind):
    fake.script(fault)
    before = len(fake.requests)
    with pytest.raises(VoiceboothError) as caught:
        voice(gemini)
    assert type(caught.value) is kind
    assert len(fake.requests) == before + 1
    assert not fake.faults_left
    for secret in (*TEXT.split(), "secret-key"):
        assert len(secret) < 5 or secret not in f"{caught.value} {caught.value.problems}"
    assert kind is FlawedTake or caught.value.problems[0].fix


@pytest.mark.parametrize("fault", sorted(SOUNDING))
def test_what_sounds_wrong_is_passed_on(fake, gemini, fault):
    fake.script(fault)
    assert voice(gemini).pcm
    assert not fake.faults_left


@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        ("rate_minute", 0.25),
        ("rate_minute_listed", 0.25),
        ("rate_in_message", 0.25),
        ("rate_bare", None),
        ("quota_day", None),
        ("quota_day_paid", 23693.0),
        ("status_503", None),
    ],
)
def test_the_service_says_how_long_to_wait(fake, gemini, fault, wait_s):
    fake.script(fault)
    with pytest.raises(Passing) as caught:
        voice(gemini)
    assert caught.value.retry_after_s == wait_s


@pytest.mark.parametrize(
    "fault", ["other_without_parts", "text_part", "max_tokens", "bad_base64", "header_only", "empty_data"]
)
def test_what_a_flawed_take_was_charged_for_is_known(fake, gemini, fault):
    fake.script(fault)
    with pytest.raises(FlawedTake) as caught:
        voice(gemini)
    assert caught.value.tokens == fake.requests[-1].tokens > 0


def test_a_server_that_is_not_there():
    with FakeGemini() as server:
        nobody = Route(base_url=server.url)
    with pytest.raises(ServiceDown):
        voice(Gemini(models.model("gemini-3.8-flash-tts"), key, nobody))


@pytest.mark.parametrize(
    ("message", "wait_s"),
    [("Please retry in 17.75s.", 17.75), ("retry in 992.43535ms", 0.99243535), ("retry in 1m2s", 62.0), ("wait", None)],
)
def test_delays_are_read_from_words_too(message, wait_s):
    found = failures.status(429, {"error": {"message": message}})
    assert type(found) is RateLimited
    assert found.retry_after_s == pytest.approx(wait_s)


def test_of_several_wishes_the_longest_counts():
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}]
    found = failures.status(429, {"error": {"message": "Please retry in 2s.", "details": details}}, "5")
    assert found.retry_after_s == 5.0
    assert failures.status(503, {}, "7").retry_after_s == 7.0


@pytest.mark.parametrize(
    "body",
    [None, [], "text", {"error": "no"}, {"error": {"details": "x"}}, {"error": {"details": [1, {"violations": 3}]}}],
)
@pytest.mark.parametrize("code", [304, 400, 403, 418, 429, 500, 529, 600])
def test_any_body_of_any_status_becomes_an_error(code, body):
    assert isinstance(failures.status(code, body), VoiceboothError)


def test_every_finish_reason_of_the_sdk_is_mapped():
    assert {reason.value for reason in types.FinishReason} == {*failures.FINISH_REASONS, failures.FINISHED}


def test_every_block_reason_of_the_sdk_is_mapped():
    assert {reason.value for reason in types.BlockedReason} == {*failures.BLOCK_REASONS}


def raisable(module):
    named = vars(module).values()
    return {
        one for one in named if isinstance(one, type) and issubclass(one, Exception) and not issubclass(one, Warning)
    }


# Of streams read twice, cookies, functions and the Interactions API, none of which are used.
NEVER = {
    httpx2.CookieConflict,
    httpx2.StreamError,
    httpx2.StreamConsumed,
    httpx2.StreamClosed,
    httpx2.ResponseNotRead,
    httpx2.RequestNotRead,
    errors.UnsupportedFunctionError,
    errors.FunctionInvocationError,
    errors.UnknownFunctionCallArgumentError,
    errors.ContinuationInterruptedError,
}


@pytest.mark.parametrize("module", [httpx2, errors, google.auth.exceptions], ids=lambda m: m.__name__)
def test_every_exception_of_the_libraries_is_mapped(module):
    unknown = {one for one in raisable(module) - NEVER if not issubclass(one, failures.theirs())}
    assert not unknown


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx2.ReadTimeout("x"), ServiceDown),
        (httpx2.PoolTimeout("x"), ServiceDown),
        (httpx2.ConnectError("x"), ServiceDown),
        (httpx2.ReadError("x"), ServiceDown),
        (httpx2.ProxyError("x"), ServiceDown),
        (httpx2.UnsupportedProtocol("x"), RequestRefused),
        (httpx2.InvalidURL("x"), RequestRefused),
        (httpx2.DecodingError("x"), FlawedTake),
        (ConnectionResetError(), ServiceDown),
        (TimeoutError(), ServiceDown),
        (google.auth.exceptions.DefaultCredentialsError("x"), KeyRefused),
        (google.auth.exceptions.TransportError("x"), ServiceDown),
        (google.auth.exceptions.RefreshError("x"), KeyRefused),
        (google.auth.exceptions.RefreshError("x", retryable=True), ServiceDown),
    ],
)
def test_errors_below_http_are_told_apart(error, kind):
    assert type(failures.raised(error)) is kind
