import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.events import FINALIZED, PUBLISHED, Arrival, arrival, from_push

OBJECT = {"bucket": "scripts", "name": "show/ep.md", "generation": "1700000000000001", "size": "12"}
ATTRIBUTES = {
    "eventType": "OBJECT_FINALIZE",
    "bucketId": "scripts",
    "objectId": "show/ep.md",
    "objectGeneration": "1700000000000001",
    "payloadFormat": "JSON_API_V1",
}
EXPECTED = Arrival("scripts", "show/ep.md", 1700000000000001)


def encoded(thing: object) -> str:
    return base64.b64encode(json.dumps(thing).encode()).decode()


def test_an_eventarc_event_names_the_object() -> None:
    assert arrival(FINALIZED, OBJECT) == EXPECTED


@pytest.mark.parametrize(
    "message",
    [
        {"attributes": ATTRIBUTES},
        {"attributes": ATTRIBUTES, "data": encoded(OBJECT)},
        {"attributes": {}, "data": encoded(OBJECT)},
        {"data": encoded(OBJECT)},
    ],
)
def test_a_notification_names_it_in_attributes_or_data(message: dict[str, object]) -> None:
    envelope = {"message": message, "subscription": "projects/p/subscriptions/s"}
    assert from_push(envelope) == EXPECTED
    assert arrival(PUBLISHED, envelope) == EXPECTED


@pytest.mark.parametrize("kind", ["OBJECT_DELETE", "OBJECT_ARCHIVE", "OBJECT_METADATA_UPDATE", None])
def test_other_things_that_happen_to_an_object_are_nothing_to_us(kind: str | None) -> None:
    assert from_push({"message": {"attributes": {**ATTRIBUTES, "eventType": kind}}}) is None


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("google.cloud.storage.object.v1.deleted", OBJECT),
        (FINALIZED, b"bytes"),
        (FINALIZED, None),
        (FINALIZED, {**OBJECT, "generation": "no number"}),
        (FINALIZED, {**OBJECT, "name": 3}),
        (PUBLISHED, {}),
        (PUBLISHED, {"message": None}),
        (PUBLISHED, {"message": {"data": "no base64"}}),
        (PUBLISHED, {"message": {"data": encoded([1])}}),
    ],
)
def test_what_tells_of_no_object_is_nothing_to_do(kind: str, data: object) -> None:
    assert arrival(kind, data) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.sampled_from([FINALIZED, PUBLISHED]),
    st.dictionaries(st.sampled_from(["message", "name", "bucket"]), json_values),
)
def test_no_body_breaks_it(kind: str, data: dict[str, object]) -> None:
    assert arrival(kind, data) is None or isinstance(data["name"], str)
