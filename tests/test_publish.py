import json

import pytest

from voicebooth.claim import Claim
from voicebooth.errors import Busy, Problem, ScriptFault, Superseded
from voicebooth.manifest import Generator, Manifest, Source
from voicebooth.publish import Publisher, last_manifest
from voicebooth.storage import NotFound, open_store

RUNNING = Manifest(
    state="running", script=Source(uri="u", generation=1), updated="now", generator=Generator(version="1")
)


@pytest.fixture
def stores(tmp_path):
    return open_store(str(tmp_path / "episodes")), open_store(str(tmp_path / "work"))


def claim_of(work, generation=1):
    return Claim.take(work, "claims/show/ep.json", generation=generation, owner=str(generation))


def publisher_of(stores, generation=1, episode="show/ep"):
    return Publisher(*stores, episode, claim_of(stores[1], generation))


class Meddled:
    """A store where another program writes the same object just before each of the first ``times`` writes."""

    def __init__(self, store, times):
        self.store, self.times = store, times

    def __getattr__(self, name):
        return getattr(self.store, name)

    def write(self, name, data, **how):
        if self.times:
            self.times -= 1
            self.store.write(name, b"theirs")
        return self.store.write(name, data, **how)


def test_status_is_written_over_and_read_back(stores):
    publisher = publisher_of(stores)
    publisher.status(RUNNING)
    publisher.status(done := RUNNING.model_copy(update={"state": "done"}))
    assert last_manifest(stores[0], "show/ep") == done


@pytest.mark.parametrize("found", [None, b"", b"{}", b"not json"])
def test_no_manifest_or_one_that_is_not_understood_is_none(stores, found):
    if found is not None:
        stores[0].write("show/ep/episode.json", found)
    assert last_manifest(stores[0], "show/ep") is None


def test_what_was_there_before_is_written_over(stores):
    stores[0].write("show/ep/transcript.vtt", b"old")
    publisher_of(stores).text("transcript.vtt", "new ✓")
    assert stores[0].read("show/ep/transcript.vtt")[0].decode() == "new ✓"


def test_audio_is_head_and_spool_in_one_file(stores):
    episodes, work = stores
    publisher, body = publisher_of(stores), bytes(range(256)) * 9000
    with publisher.spool("mp3") as spool:
        spool.write(body)
    assert publisher.audio("episode.mp3", "mp3", b"head", "audio/mpeg") == 4 + len(body)
    assert episodes.read("show/ep/episode.mp3")[0] == b"head" + body
    publisher.clear()
    assert list(work.list("masters/")) == []


def test_clearing_takes_what_killed_runs_left_and_nothing_of_other_episodes(stores):
    work = stores[1]
    for name in ("masters/show/left.mp3", "masters/show/ep/theirs.mp3", "masters/showtime/theirs.mp3"):
        work.write(name, b"x")
    publisher_of(stores, episode="show").clear()
    assert [stat.name for stat in work.list("masters/")] == [
        "masters/show/ep/theirs.mp3",
        "masters/showtime/theirs.mp3",
    ]


def test_removing(stores):
    episodes, _ = stores
    episodes.write("show/ep/error.txt", b"old")
    publisher = publisher_of(stores)
    publisher.remove("error.txt")
    publisher.remove("error.txt")
    publisher.remove("never there")
    with pytest.raises(NotFound):
        episodes.read("show/ep/error.txt")
    publisher.text("error.txt", "again")
    assert episodes.read("show/ep/error.txt")[0] == b"again"


def test_errors_are_told_by_file_and_line(stores):
    problems = Problem("this cannot be", "do that", 14), Problem("nor that", "", None)
    publisher_of(stores).failure("ep.md", ScriptFault(*problems))
    told = stores[0].read("show/ep/error.txt")[0].decode()
    assert "ep.md:14: this cannot be\n    fix: do that\nep.md: nor that\n" in told


def test_an_object_that_somebody_changed_is_looked_at_again_while_the_claim_is_ours(stores):
    episodes = Meddled(stores[0], times=1)
    Publisher(episodes, stores[1], "show/ep", claim_of(stores[1])).text("transcript.txt", "ours")
    assert stores[0].read("show/ep/transcript.txt")[0] == b"ours"


def test_a_program_that_keeps_writing_is_not_fought_for_ever(stores):
    publisher = Publisher(Meddled(stores[0], times=9), stores[1], "show/ep", claim_of(stores[1]))
    with pytest.raises(Busy):
        publisher.text("transcript.txt", "ours")


def test_a_run_whose_claim_is_gone_leaves_the_others_words(stores):
    older = publisher_of(stores, 1)
    older.status(RUNNING)
    newer = publisher_of(stores, 2)
    theirs = RUNNING.model_copy(update={"title": "theirs"})
    newer.status(theirs)
    with pytest.raises(Superseded):
        older.status(RUNNING)
    with older.spool("mp3") as spool:
        spool.write(b"old")
    with newer.spool("mp3") as spool:
        spool.write(b"new")
    newer.audio("episode.mp3", "mp3", b"", "audio/mpeg")
    with pytest.raises(Superseded):
        older.audio("episode.mp3", "mp3", b"", "audio/mpeg")
    assert last_manifest(stores[0], "show/ep") == theirs
    assert stores[0].read("show/ep/episode.mp3")[0] == b"new"


def test_a_manifest_is_json_whatever_it_holds(stores):
    publisher_of(stores).status(RUNNING.model_copy(update={"title": 'quo"te\n\u2028 ✓'}))
    assert json.loads(stores[0].read("show/ep/episode.json")[0])["title"] == 'quo"te\n\u2028 ✓'
