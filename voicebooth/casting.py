"""A script's speakers become voices: the same ones every time, as unlike as possible.

What the script says comes first, then what the episode was last made with, then automatic casting: speakers in order
of appearance each take, of the gender less used so far, the voice farthest from all that are cast. A speaker who comes
later so takes nothing from those before. Speakers beyond the catalogue share its voices, evenly. Gender is never
guessed from names.
"""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from .errors import Problem, ScriptFault
from .script import Script
from .voices import VOICES, Voice, find, is_custom, nearest

_FIRST = "Kore"  # firm and neutral, so it suits a lone narrator
_OTHER_GENDER = 2.0  # distance that another gender adds; characters lie at most 2.7 apart


def cast(script: Script, previous: Mapping[str, str] = MappingProxyType({})) -> Mapping[str, str]:
    """Return the voice of every speaker of the script, in order of appearance.

    ``previous`` is the cast of the episode's last manifest. Raises ``ScriptFault`` for voices that do not exist.
    """
    explicit = _explicit(script)
    before = {speaker.casefold(): voice for speaker, voice in previous.items() if find(voice) or is_custom(voice)}
    chosen: dict[str, str] = {}
    for speaker in script.speakers:
        if speaker.casefold() in explicit:
            chosen[speaker] = explicit[speaker.casefold()]
    taken = frozenset(chosen.values())
    for speaker in script.speakers:
        voice = before.get(speaker.casefold())
        if speaker not in chosen and voice and voice not in taken:
            chosen[speaker] = voice
    for speaker in script.speakers:
        if speaker not in chosen:
            chosen[speaker] = _unlike(chosen.values()).name
    return MappingProxyType({speaker: chosen[speaker] for speaker in script.speakers})


def warnings(script: Script, cast: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return what looks unintended about the voices: entries for nobody, and speakers who sound alike."""
    return (*_entries_for_nobody(script), *_shared_voices(script, cast))


def _explicit(script: Script) -> dict[str, str]:
    """Return the voices of the front matter by folded speaker, in their catalogue spelling."""
    wrong, voices = [], {}
    for speaker, name in script.meta.voices.items():
        voice = find(name)
        if voice:
            voices[speaker.casefold()] = voice.name
        elif is_custom(name):
            voices[speaker.casefold()] = name
        else:
            wrong.append(_unknown(name, _line(script, speaker)))
    if wrong:
        raise ScriptFault(*wrong)
    return voices


def _unknown(name: str, line: int | None) -> Problem:
    near = nearest(name)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    return Problem(f'there is no voice "{name}"', f"{meant}All voices: voicebooth voices", line)


def _unlike(cast: Iterable[str]) -> Voice:
    """Return the voice for the next speaker, given the voices of the others."""
    uses = Counter(cast)
    fewest = min(uses[voice.name] for voice in VOICES)
    free = [voice for voice in VOICES if uses[voice.name] == fewest]
    heard = [voice for voice in VOICES if uses[voice.name] > fewest]  # in this round through the catalogue
    genders = Counter(voice.gender for voice in heard)
    gender = min((voice.gender for voice in free), key=lambda gender: (genders[gender], gender))
    alike = [voice for voice in free if voice.gender == gender]
    if not heard:
        alike.sort(key=lambda voice: voice.name != _FIRST)
    return max(alike, key=lambda voice: min((_distance(voice, other) for other in heard), default=0.0))


def _distance(one: Voice, other: Voice) -> float:
    return math.dist(one.character, other.character) + _OTHER_GENDER * (one.gender != other.gender)


def _line(script: Script, speaker: str) -> int | None:
    return script.meta.lines.get(f"voices.{speaker}")


def _entries_for_nobody(script: Script) -> list[Problem]:
    speaking = {speaker.casefold(): speaker for speaker in script.speakers}
    problems = []
    for name in script.meta.voices:
        if name.casefold() not in speaking:
            near = difflib.get_close_matches(name.casefold(), speaking, n=1)
            fix = f'did you mean "{speaking[near[0]]}"?' if near else "remove the entry, or check the speaker's name"
            problems.append(Problem(f'"{name}" has a voice but says nothing', fix, _line(script, name)))
    return problems


def _shared_voices(script: Script, cast: Mapping[str, str]) -> list[Problem]:
    speakers: dict[str, list[str]] = {}
    for speaker, voice in cast.items():
        speakers.setdefault(voice, []).append(speaker)
    lines = {name.casefold(): _line(script, name) for name in script.meta.voices}
    return [
        Problem(
            f'{" and ".join(alike)} have the same voice, "{voice}"',
            "give one of them another voice under voices: in the front matter",
            next((lines[name.casefold()] for name in reversed(alike) if lines.get(name.casefold())), None),
        )
        for voice, alike in speakers.items()
        if len(alike) > 1
    ]
