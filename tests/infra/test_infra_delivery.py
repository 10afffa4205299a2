"""The subscription as planned, on Google's emulator: notification, push, function, episode; and what goes wrong."""

import os
import subprocess

import pytest

from fakes.cloud import Cloud
from infra.doorway import Doorway
from infra.emulator import PubSub, program
from infra.terraform import PROJECT, ROOT
from infra.variants import IMAGE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not program(), reason="no Pub/Sub emulator: gcloud components install pubsub-emulator, and Java"
    ),
]

TOPIC = SUBSCRIPTION = "voicebooth-scripts"
DEAD = "voicebooth-scripts-dead"


@pytest.fixture(scope="module")
def cloud():
    with Cloud(VOICEBOOTH_RETRIES="1", ENVIRONMENT="production") as cloud:
        yield cloud


@pytest.fixture(scope="module")
def function(cloud):
    with cloud.function("http") as function:
        yield function


@pytest.fixture(scope="module")
def pubsub(terraform, doorway):
    plan = terraform.plan("production", image=IMAGE)
    path = plan.one("google_pubsub_subscription.scripts")["push_config"][0].get("push_endpoint")
    assert path is None, "the service's address is known after the apply only"
    with PubSub() as pubsub:
        pubsub.set_up(plan, f"{doorway.url}/events", backoff="0.1s", attempts=5)
        yield pubsub


@pytest.fixture(scope="module")
def doorway(function):
    with Doorway(function) as doorway:
        yield doorway


def test_a_finished_script_becomes_an_episode(cloud, pubsub, doorway):
    event = cloud.upload("evenings/first.md", "Ann: Good evening.\n")
    pubsub.publish(TOPIC, event.push()["message"])
    assert doorway.answered(1) == [204]
    assert cloud.manifest(event)["state"] == "done"


def test_a_script_at_fault_fails_once_and_is_not_sent_again(cloud, pubsub, doorway):
    poison = cloud.upload("evenings/poison.md", "---\nvoices: {Ann: Nobody}\n---\nAnn: Good evening.\n")
    pubsub.publish(TOPIC, poison.push()["message"])
    assert doorway.answered(1) == [204]
    assert cloud.manifest(poison)["state"] == "failed"
    later = cloud.upload("evenings/later.md", "Ann: Good night.\n")
    pubsub.publish(TOPIC, later.push()["message"])
    assert doorway.answered(1) == [204]
    assert cloud.manifest(later)["state"] == "done"


def test_what_passes_is_sent_again_and_finishes(cloud, pubsub, doorway):
    event = cloud.upload("evenings/busy.md", "Ann: Is anybody there?\n")
    cloud.gemini.script("status_503")
    pubsub.publish(TOPIC, event.push()["message"])
    assert doorway.answered(2) == [503, 204]
    assert cloud.manifest(event)["state"] == "done"


def test_what_cannot_be_delivered_is_kept_and_can_be_sent_once_more(cloud, pubsub, doorway, tmp_path):
    event = cloud.upload("evenings/lost, and \u201cfound\u201d = here.md", "Ann: Here I am.\n")
    pubsub.push_to(SUBSCRIPTION, f"{doorway.url}/nowhere")
    pubsub.publish(TOPIC, event.push()["message"])
    assert doorway.answered(5) == [404] * 5
    [letter] = pubsub.pull(DEAD)
    assert letter["message"]["attributes"]["objectId"] == event.name
    pubsub.give_back(DEAD, letter)

    pubsub.push_to(SUBSCRIPTION, f"{doorway.url}/events")
    replayed = subprocess.run(
        [ROOT / "infra/scripts/replay-dead-letters.sh", PROJECT, DEAD, TOPIC],
        env=os.environ | {"CLOUDSDK_CONFIG": str(tmp_path)} | pubsub.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert replayed.returncode == 0, replayed.stderr
    assert (
        replayed.stdout
        == f"sent again: gs://scripts/{event.name}\n1 sent again; run it once more until there are none\n"
    )
    assert doorway.answered(1) == [204]
    assert cloud.manifest(event)["state"] == "done"
