"""What a delivery says: which object of which bucket was finished.

Two shapes of one event arrive. Eventarc sends a CloudEvent whose data is the object; a Storage notification comes
through Pub/Sub with the object's name in the message's attributes
(https://cloud.google.com/storage/docs/pubsub-notifications).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FINALIZED = "google.cloud.storage.object.v1.finalized"
PUBLISHED = "google.cloud.pubsub.topic.v1.messagePublished"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object that is complete in its bucket."""

    bucket: str
    name: str
    generation: int


def arrival(kind: str, data: object) -> Arrival | None:
    """Read a CloudEvent's type and data; ``None`` when it tells of no finished object (nothing to do, ever)."""
    if not isinstance(data, Mapping):
        return None
    if kind == FINALIZED:
        return _from_object(data)
    if kind == PUBLISHED:
        return from_push(data)
    return None


def from_push(envelope: Mapping[str, Any]) -> Arrival | None:
    """Read the body of a Pub/Sub push: ``{"message": {"attributes": …, "data": base64}}``."""
    message = envelope.get("message")
    if not isinstance(message, Mapping):
        return None
    attributes = message.get("attributes")
    if isinstance(attributes, Mapping) and "objectId" in attributes:
        if attributes.get("eventType") != "OBJECT_FINALIZE":
            return None
        return _arrival(attributes.get("bucketId"), attributes["objectId"], attributes.get("objectGeneration"))
    return _from_object(_payload(message.get("data")))


def _from_object(thing: Mapping[str, Any]) -> Arrival | None:
    return _arrival(thing.get("bucket"), thing.get("name"), thing.get("generation"))


def _arrival(bucket: object, name: object, generation: object) -> Arrival | None:
    if not isinstance(bucket, str) or not isinstance(name, str) or not str(generation).isdecimal():
        return None
    return Arrival(bucket, name, int(str(generation)))


def _payload(data: object) -> Mapping[str, Any]:
    try:
        thing = json.loads(base64.b64decode(data, validate=True)) if isinstance(data, str) else {}
    except (binascii.Error, ValueError):
        return {}
    return thing if isinstance(thing, Mapping) else {}
