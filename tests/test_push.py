"""From the bucket's notification through a real push subscription to the episode, with Google's Pub/Sub emulator.

What the emulator is not: its back-off is its own, and it makes no OIDC token, which Cloud Run would check.
"""

import pytest

from fakes import tones
from fakes.cloud import Cloud, heard
from fakes.pubsub import Courier, PubSub, emulator

ATTEMPTS = 5
GOOD = "---\nvoices:\n  Ann: Kore\n  Bob: Puck\n---\nAnn: Good evening, {word}.\n\nBob: Silence, says {word}.\n"
POISON = "---\nvoices:\n  Ann: Nobody\n---\nAnn: Hello.\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        emulator() is None,
        reason="no Pub/Sub emulator on this machine (`gcloud components install pubsub-emulator`, and Java): "
        "the push subscription is not proven by behaviour",
    ),
]


@pytest.fixture(scope="module")
def cloud():
    with Cloud(VOICEBOOTH_RETRIES="1", ENVIRONMENT="production") as cloud:
        yield cloud


@pytest.fixture(scope="module")
def courier(cloud):
    with cloud.function("http") as function, Courier(function.url) as courier:
        yield courier


@pytest.fixture(scope="module")
def pubsub(courier):
    with PubSub(emulator(), courier.url, ATTEMPTS) as pubsub:
        yield pubsub


@pytest.fixture
def dropped(cloud, pubsub):
    """Drops a script into the bucket, and has the bucket tell of it; gives the event."""

    def drop(name, text):
        event = cloud.upload(name, text)
        pubsub.publish(event.push()["message"])
        return event

    return drop


def check_episode(cloud, event, word):
    assert cloud.manifest(event)["state"] == "done"
    said = [("Kore", f"Good evening, {word}."), ("Puck", f"Silence, says {word}.")]
    assert heard(cloud.episode(event)["episode.mp3"]) == tones.spoken(said)


def test_a_dropped_script_becomes_an_episode(cloud, courier, dropped):
    event = dropped("push/good.md", GOOD.format(word="first"))
    assert courier.waits_for(event.name, 204) == [204]
    check_episode(cloud, event, "first")


def test_one_that_fails_for_a_while_comes_again_and_a_poisoned_one_does_not(cloud, courier, dropped):
    """The one's redeliveries are the time in which the other is not delivered again."""
    cloud.gemini.fault_for = lambda heard: "status_503" if any("second" in text for _, text in heard.lines) else ""
    asked = len(cloud.gemini.requests)
    poison = dropped("push/poison.md", POISON)
    event = dropped("push/later.md", GOOD.format(word="second"))
    try:
        courier.waits_for(event.name, 503)
    finally:
        cloud.gemini.fault_for = lambda _: ""
    answers = courier.waits_for(event.name, 204)
    assert answers == [503] * (len(answers) - 1) + [204]
    check_episode(cloud, event, "second")
    paid = [request for request in cloud.gemini.requests[asked:] if request.status == 200]
    assert len(paid) == 1  # one segment, voiced once
    assert courier.answers[poison.name] == [204]
    assert cloud.manifest(poison)["state"] == "failed"
    assert cloud.episode(poison).keys() == {"episode.json", "error.txt"}


def test_a_message_told_twice_is_one_episode(cloud, courier, pubsub, dropped):
    event = dropped("push/twice.md", GOOD.format(word="third"))
    courier.waits_for(event.name, 204)
    asked, calls = len(cloud.gemini.requests), len(courier.answers[event.name])
    pubsub.publish(event.push()["message"])
    other = dropped("push/behind.md", GOOD.format(word="fourth"))
    courier.waits_for(other.name, 204)
    while len(courier.answers[event.name]) == calls:
        courier.waits_for(dropped("push/nudge.txt", "Ann: fifth.\n").name, 204)
    assert courier.answers[event.name] == [204, 204]
    assert not [r for r in cloud.gemini.requests[asked:] if "third" in r.words]


def test_one_that_always_fails_is_a_dead_letter_that_can_be_sent_again(cloud, courier, pubsub, dropped):
    cloud.gemini.fault_for = lambda heard: "status_503" if any("sixth" in text for _, text in heard.lines) else ""
    poison = dropped("push/poison-again.md", POISON)
    event = dropped("push/dead.md", GOOD.format(word="sixth"))
    try:
        letter = pubsub.dead_letter()
    finally:
        cloud.gemini.fault_for = lambda _: ""
    assert courier.answers[event.name] == [503] * ATTEMPTS
    assert courier.answers[poison.name] == [204]  # in all that time
    assert letter["attributes"]["objectId"] == event.name
    assert cloud.manifest(event)["state"] == "queued"
    pubsub.publish(letter)  # what infra/scripts/replay-dead-letters.sh does
    courier.waits_for(event.name, 204)
    check_episode(cloud, event, "sixth")
