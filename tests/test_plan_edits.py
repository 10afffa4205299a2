"""What an edit costs: simulated over scripts of 200 turns, as people edit them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

import pytest

from voicebooth.pace import speech_s
from voicebooth.plan import plan
from voicebooth.script import Gap, Meta, Script, Sentence, Turn
from voicebooth.speech import Engine

ENGINE = Engine("test/1", "test-tts", longest_request_s=480.0)
CAP_S = 75.0
TURNS = 200
CAST = {"A": "Kore", "B": "Puck", "C": "Leda", "D": "Algenib", "E": "Achernar", "F": "Umbriel"}
WORDS = ["bread", "dough", "a", "over", "oven", "hot", "market", "is", "very", "on", "stone", "bridges", "we", "today"]
GAPS = [Gap.TURN] * 16 + [Gap.PARAGRAPH] * 2 + [Gap.PAUSE, Gap.CHAPTER]


@dataclass(frozen=True)
class Writer:
    """Writes and edits scripts; everything follows from the seed."""

    random: Random
    speakers: int
    words: int = 37  # in a usual turn: an hour of talk has some 240 turns and 9,000 words

    def script(self) -> Script:
        turns: list[Turn] = []
        for _ in range(TURNS):
            turns.append(self.turn(turns[-1].speaker if turns else ""))
        return Script("ep.md", Meta(language="en"), tuple(turns))

    def turn(self, before: str) -> Turn:
        speaker = self.random.choice([name for name in list(CAST)[: self.speakers] if name != before])
        length = max(1, round(self.random.lognormvariate(0, 0.5) * self.words / 1.13))
        return Turn(speaker, self.sentences(min(length, 150)), gap=self.random.choice(GAPS))

    def sentences(self, length: int) -> tuple[Sentence, ...]:
        words = self.random.choices(WORDS, k=length)
        return tuple(Sentence(" ".join(words[at : at + 14]) + ".", 1) for at in range(0, length, 14))

    def edited(self, script: Script) -> Script:
        """Return the script with one turn changed, inserted or deleted."""
        turns = list(script.turns)
        at = self.random.randrange(len(turns))
        match self.random.choice(["change", "insert", "delete"]):
            case "change":
                length = len(turns[at].text.split()) * self.random.uniform(0.7, 1.4)
                turns[at] = replace(turns[at], sentences=self.sentences(min(150, max(1, round(length)))))
            case "insert":
                turns.insert(at, self.turn(turns[at - 1].speaker))
            case _:
                del turns[at]
        return replace(script, turns=tuple(turns))


turn_s = lru_cache(maxsize=None)(lambda turn: speech_s(turn.text, "en"))


def fewest(turns: Sequence[Turn]) -> int:
    """Count the segments of the plan that fills each as far as it goes; no turn here is too long for one."""
    count, speakers, length_s = 0, set[str](), CAP_S + 1
    for turn in turns:
        speakers.add(turn.speaker)
        length_s += turn_s(turn)
        if length_s > CAP_S or len(speakers) > 2:
            count, speakers, length_s = count + 1, {turn.speaker}, turn_s(turn)
    return count


def planned(script: Script, known: frozenset[str] = frozenset()) -> frozenset[str]:
    return frozenset(segment.key for segment in plan(script, CAST, ENGINE, segment_s=CAP_S, known=known).segments)


@pytest.mark.slow
@pytest.mark.parametrize("speakers", [2, 3, 4, 5, 6])
def test_an_edit_revoices_what_it_touches_and_little_else(speakers: int) -> None:
    writer = Writer(Random(speakers), speakers)  # noqa: S311 - a seed, not a secret
    voiced, longer = [], []
    for _ in range(5):
        script = writer.script()
        paid = planned(script)
        assert len(paid) == fewest(script.turns)
        for _ in range(40):
            edited = writer.edited(script)
            after = planned(edited, paid)
            voiced.append(len(after - paid))
            longer.append(len(after) / fewest(edited.turns))
    assert len(voiced) == 200  # of the thousand that all five tests make
    assert sum(voiced) / len(voiced) <= 1.3
    assert max(voiced) <= 3
    assert max(longer) <= 1.05


@pytest.mark.slow
@pytest.mark.parametrize("speakers", [2, 3, 6])
def test_a_hundred_edits_in_a_row_revoice_at_most_150_segments_and_wear_the_plan_little(speakers: int) -> None:
    writer = Writer(Random(speakers), speakers)  # noqa: S311 - a seed, not a secret
    script = writer.script()
    paid, voiced, longer = planned(script), 0, []
    for _ in range(100):
        script = writer.edited(script)
        after = planned(script, paid)
        voiced += len(after - paid)
        longer.append(len(after) / fewest(script.turns))
        paid = after
    assert planned(script, paid) == paid  # a redelivery finds even a worn plan again
    assert voiced <= 150
    assert sum(longer) / len(longer) <= 1.08
    assert max(longer) <= 1.15
