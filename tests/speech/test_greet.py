"""Asking, at no cost, whether a service would speak."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from google.oauth2.credentials import Credentials

from fakes.gemini import FakeGemini
from voicebooth.errors import KeyRefused, RequestRefused, ServiceDown
from voicebooth.speech import models
from voicebooth.speech.gemini import Gemini, Route
from voicebooth.speech.offline import Offline

FLASH = models.model("gemini-3.8-flash-tts")


@pytest.fixture
def fake():
    with FakeGemini(keys={"good", "a-token"}) as server:
        yield server


def gemini(fake, *keys, model=FLASH, **route):
    left = list(keys)

    def key(refresh=False):
        if refresh:
            del left[0]
        return left[0]

    return Gemini(model, key if keys else None, Route(fake.url, **route))


def test_the_service_tells_the_time_and_charges_nothing(fake):
    told = parsedate_to_datetime(gemini(fake, "good").greet(10))
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=60)
    assert fake.looked_up == [FLASH.id]
    assert fake.requests == []


def test_a_key_that_was_replaced_is_fetched_anew(fake):
    stale = gemini(fake, "old", "old", "good")
    with pytest.raises(KeyRefused):
        stale.greet(10)  # the same key again
    assert stale.greet(10)
    assert fake.looked_up == [FLASH.id] * 3


@pytest.mark.slow
def test_without_a_key_the_account_asks_for_the_project(fake):
    account = Credentials(token="a-token", expiry=None)
    keyless = gemini(fake, api_version="v1beta1", project="my-project", credentials=account)
    assert keyless.greet(10)
    assert fake.looked_up == [FLASH.id]


def test_a_model_that_the_service_does_not_know(fake):
    newer = replace(FLASH, id="gemini-9-tts")
    with pytest.raises(RequestRefused, match="does not know the model"):
        gemini(fake, "good", model=newer).greet(10)


def test_a_page_in_the_services_place(fake):
    fake.garbled = b"<html>Sign in to this network</html>"
    with pytest.raises(RequestRefused, match="what answers is not the service"):
        gemini(fake, "good").greet(10)


def test_nobody_there():
    with FakeGemini() as fake:
        asked = gemini(fake, "good")
    with pytest.raises(ServiceDown):
        asked.greet(10)


@pytest.mark.slow
def test_no_answer_in_time(fake):
    fake.hangs = True
    begun_s = time.monotonic()
    with pytest.raises(ServiceDown, match="did not answer in time"):
        gemini(fake, "good").greet(1)
    assert time.monotonic() - begun_s < 5


@pytest.mark.slow
def test_the_draft_voice_is_loaded_and_has_no_clock():
    assert Offline().greet(10) == ""
