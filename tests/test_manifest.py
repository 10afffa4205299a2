import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth import manifest as manifests
from voicebooth.manifest import (
    Alternative,
    AudioFile,
    Cost,
    Generator,
    Loudness,
    Manifest,
    Note,
    Progress,
    Requests,
    Role,
    SegmentRecord,
    Source,
    dump,
    load,
)

PUBLISHED = json.loads((Path(manifests.__file__).parent / "schemas" / "episode.schema.json").read_text())
SCHEMA = jsonschema.Draft202012Validator(PUBLISHED)
LEAST = Manifest(
    state="queued",
    script=Source(uri="gs://a/b.md", generation=7),
    updated="2026-11-01T10:00:00.000Z",
    generator=Generator(version="1"),
)

finite = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 2**62)


def tuples(strategy):
    return st.lists(strategy, max_size=3).map(tuple)


segments = st.builds(
    SegmentRecord,
    speakers=tuples(st.text()),
    start_s=st.none() | finite,
    duration_s=st.none() | finite,
    attempts=counts,
    cached=st.booleans(),
    tokens=counts,
    take=counts,
)
manifests_of_all_kinds = st.builds(
    Manifest,
    state=st.sampled_from(["queued", "running", "parked", "done", "failed"]),
    script=st.builds(Source, sha256=st.text()),
    title=st.text(),
    progress=st.builds(Progress, segments=counts, done=counts),
    duration_s=st.none() | finite,
    audio=tuples(st.builds(AudioFile, duration_s=finite)),
    alternatives=tuples(st.builds(Alternative, duration_s=finite)),
    mode=st.sampled_from(["segments", "turns"]),
    other_mode_keys=tuples(st.text()),
    takes=st.dictionaries(st.text(), counts, max_size=3),
    retaking=tuples(st.text()),
    loudness=st.none() | st.builds(Loudness, integrated_lufs=finite, true_peak_dbtp=finite),
    cast=tuples(st.builds(Role)),
    segments=tuples(segments),
    requests=st.builds(Requests, made=counts, failed=counts, cached=counts),
    cost=st.builds(Cost, usd=st.none() | finite, estimated_usd=st.none() | finite, price_table=st.text()),
    warnings=tuples(st.builds(Note, line=st.none() | counts, fix=st.text())),
    errors=tuples(st.builds(Note, line=st.none() | counts, fix=st.text())),
    retry_after_s=st.none() | finite,
    generator=st.builds(Generator),
    disclosure=st.text(),
)


@given(manifests_of_all_kinds)
def test_what_is_written_is_read_back_and_fits_the_schema(made):
    assert load(dump(made)) == made
    SCHEMA.validate(json.loads(dump(made)))


def test_the_published_schema_is_drawn_from_the_models():
    published = dict(PUBLISHED)
    jsonschema.Draft202012Validator.check_schema(published)
    assert published.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert published.pop("$id").endswith("/episode.schema.json")
    assert published == Manifest.model_json_schema(), "write Manifest.model_json_schema() into schemas/"


def test_the_schema_refuses_what_is_no_manifest():
    good = json.loads(dump(LEAST))
    for change in (
        {"state": "finished"},
        {"version": 2},
        {"script": {}},
        {"audio": [{}]},
        {"progress": {"done": "all"}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            SCHEMA.validate(good | change)


@given(
    st.binary() | st.recursive(st.none() | st.text() | counts, lambda v: st.lists(v) | st.dictionaries(st.text(), v))
)
def test_whatever_else_is_there_is_no_manifest(found):
    assert load(found if isinstance(found, bytes) else json.dumps(found).encode()) is None


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[" * 100_000, b"\xff\xfe", b'{"version": 1}', b'{"version": 1, "state": "don']
)
def test_damaged_manifests(data):
    assert load(data) is None


def test_one_of_a_later_version_is_not_understood():
    assert load(json.dumps(json.loads(dump(LEAST)) | {"version": 2}).encode()) is None


def test_fields_that_a_newer_program_adds_are_passed_over():
    newer = json.loads(dump(LEAST)) | {"mood": "sunny"}
    newer["script"]["colour"] = "blue"
    assert load(json.dumps(newer).encode()) == LEAST


def test_fields_that_an_older_program_left_out_have_their_defaults():
    older = {key: json.loads(dump(LEAST))[key] for key in ("version", "state", "script", "updated", "generator")}
    assert load(json.dumps(older).encode()) == LEAST


def test_the_keys_of_all_segments():
    records = [SegmentRecord(key=key, speakers=(), first_line=1, last_line=1) for key in "aba"]
    assert LEAST.model_copy(update={"segments": tuple(records)}).keys == {"a", "b"}


def test_each_mode_knows_its_own_segments_and_both_what_was_voiced_anew():
    records = tuple(SegmentRecord(key=key, speakers=(), first_line=1, last_line=1) for key in "ab")
    made = LEAST.model_copy(update={"segments": records, "other_mode_keys": ("c",), "takes": {"d": 2}})
    assert (made.known("segments"), made.known("turns")) == ({"a", "b", "d"}, {"c", "d"})
    assert (made.aside("segments"), made.aside("turns")) == (("c",), ("a", "b"))


def test_it_is_written_for_people_too():
    assert dump(LEAST).count(b"\n") > 20
    assert "Ж" in dump(LEAST.model_copy(update={"title": "Ж"})).decode()
