"""Benchmark scripts: so many turns of so many words for so many speakers, the same every time.

A script is kept as what was said by whom, so that it can be held against the finished audio without going through the
product's own parser; ``markdown`` renders it as a person would write it. An hour is about 9,000 words (150 a minute).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

TURNS_PER_HOUR = 240
WORDS_PER_TURN = 37.5
TURNS_PER_CHAPTER = 30
CAST = {"Mara": "Kore", "Jonas": "Puck"}
CHAPTERS = ("Opening", "The workshop", "Letters", "A long walk", "Numbers", "The archive", "Evening", "Questions")

SENTENCES = (
    "The {thing} stood by the {place} all {season} and nobody thought to ask who had left it there.",
    "My {person} kept a {thing} like that, wrapped in newspaper, under the stairs.",
    "What surprised me was how {quality} the whole {place} became once the {thing} was gone.",
    "You can hear it if you stand very still and let the {place} settle around you.",
    "I wrote to the {person} in {season}, and the answer came back on a single {quality} page.",
    "They measured the {thing} twice, argued about it over lunch, and measured it again.",
    "So the {person} carried the {thing} across the {place}, one careful step at a time.",
    "That is the part of the story where I always lose my nerve.",
    "It was {quality} work, and it paid badly, but the {person} never missed a {season}.",
    "Do you remember the {quality} light over the {place} that evening?",
    "Not really, although I remember the {thing} and the smell of wet wool.",
    "Every {season} the same {person} came back to mend the {thing} for nothing.",
    "We found eleven of them behind the {place}, each with a {quality} little label.",
    "If you ask me, the {thing} was never the point of it.",
    "The point was that a {quality} {person} and a stubborn one could share a {place}.",
    "Nobody had a word for it then, and I am not sure we have one now.",
    "Hold the {thing} up to the window and the {place} turns upside down.",
    "There was a {quality} silence, then somebody at the back began to laugh.",
    "I would have sold the {thing} long ago, and I would have been wrong.",
    "Later the {person} told me that the {place} had been closed since {season}.",
)
_WORDS = {
    "thing": "lantern piano ladder telescope barrel suitcase clock kettle bicycle anchor mirror typewriter",
    "place": "harbour orchard station library quarry market garden bridge theatre lighthouse courtyard mill",
    "season": "spring summer autumn winter January April July October",
    "person": "neighbour teacher uncle carpenter sister captain gardener printer grandmother librarian",
    "quality": "quiet patient crooked generous narrow brilliant ordinary honest golden careful stubborn slow",
}
WORDS = {slot: tuple(words.split()) for slot, words in _WORDS.items()}


@dataclass(frozen=True, slots=True)
class Bench:
    """A script as a list of (speaker, words), and as the file it is written to."""

    name: str
    turns: tuple[tuple[str, str], ...]
    front: str = ""  # more lines of front matter

    @property
    def words(self) -> int:
        """Number of spoken words."""
        return sum(len(text.split()) for _, text in self.turns)

    @property
    def markdown(self) -> str:
        """The script as a person would write it, with front matter and a chapter every thirty turns."""
        voices = "".join(f"  {speaker}: {voice}\n" for speaker, voice in CAST.items())
        parts = [f"---\ntitle: {self.name.title()}\nshow: Bench\nlanguage: en\n{self.front}voices:\n{voices}---"]
        for at, (speaker, text) in enumerate(self.turns):
            if at % TURNS_PER_CHAPTER == 0:
                parts.append(f"# {CHAPTERS[at // TURNS_PER_CHAPTER % len(CHAPTERS)]}")
            parts.append(f"{speaker}: {text}")
        return "\n\n".join(parts) + "\n"

    @property
    def lines(self) -> tuple[int, ...]:
        """Line (1-based) of each turn in ``markdown``; a turn is a line."""
        heads = tuple(f"{speaker}: " for speaker in CAST)
        numbered = enumerate(self.markdown.splitlines(), start=1)
        return tuple(number for number, line in numbered if line.startswith(heads))

    def with_word_changed(self, turn: int) -> Bench:
        """Return the script with the first word of one turn replaced by another."""
        speaker, text = self.turns[turn]
        changed = (speaker, "Actually " + text.partition(" ")[2])
        return replace(self, turns=(*self.turns[:turn], changed, *self.turns[turn + 1 :]))


def script(name: str, turns: int, seed: int = 7) -> Bench:
    """Return a script of so many turns of ``WORDS_PER_TURN`` words on average, the two speakers by turns."""
    dice = random.Random(seed)
    speakers = tuple(CAST)
    spoken, said = 0, []
    for at in range(turns):
        sentences: list[str] = []
        while spoken < (at + 1) * WORDS_PER_TURN - 6:  # half a sentence short, so that the average comes out even
            sentences.append(_sentence(dice))
            spoken += len(sentences[-1].split())
        said.append((speakers[at % len(speakers)], " ".join(sentences)))
    return Bench(name, tuple(said))


def hours(count: int) -> Bench:
    """Return a script of so many hours."""
    return script(f"{count} hours" if count > 1 else "one hour", count * TURNS_PER_HOUR)


def _sentence(dice: random.Random) -> str:
    return dice.choice(SENTENCES).format(**{slot: dice.choice(words) for slot, words in WORDS.items()})
