"""Attributes of speech markup in seconds and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse import prosody


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [
        ({}, 0.4),
        ({"strength": "x-strong"}, 1.2),
        ({"strength": "none"}, 0),
        ({"strength": "mighty"}, None),
        ({"time": "250ms"}, 0.25),
        ({"time": " 1.5 s "}, 1.5),
        ({"time": "+2s"}, 2),
        ({"time": ".5s"}, 0.5),
        ({"time": "3"}, 3),
        ({"time": "1.s", "strength": "none"}, 1),
        ({"time": "", "strength": "weak"}, 0.2),
        ({"time": "-1s"}, None),
        ({"time": "500"}, None),
        ({"time": "1m"}, None),
        ({"time": "soon"}, None),
        ({"time": "1e3s"}, None),
    ],
)
def test_a_break_in_seconds(attributes: dict[str, str], seconds: float | None) -> None:
    assert prosody.seconds(attributes) == seconds


@pytest.mark.parametrize(
    ("attributes", "words", "wordless"),
    [
        ({}, "", []),
        ({"rate": "default", "pitch": "medium", "volume": "+0%"}, "", []),
        ({"rate": "x-slow"}, "very slowly", []),
        ({"rate": "FAST"}, "quickly", []),
        ({"rate": "70%"}, "very slowly", []),
        ({"rate": "95%"}, "slowly", []),
        ({"rate": "104%"}, "", []),
        ({"rate": "+10%"}, "quickly", []),
        ({"rate": "0.5"}, "very slowly", []),
        ({"rate": "2"}, "very quickly", []),
        ({"rate": "quick"}, "", ["rate"]),
        ({"volume": "x-loud"}, "very loudly", []),
        ({"volume": "+6dB"}, "louder", []),
        ({"volume": "-3.5db"}, "more softly", []),
        ({"volume": "80"}, "", ["volume"]),
        ({"volume": "silent"}, "", ["volume"]),
        ({"pitch": "x-high"}, "in a very high voice", []),
        ({"pitch": "+2st"}, "in a higher voice", []),
        ({"pitch": "-50Hz"}, "in a lower voice", []),
        ({"pitch": "900Hz"}, "", ["pitch"]),
        ({"pitch": "middle"}, "", ["pitch"]),
        ({"range": "high"}, "", ["range"]),
        ({"duration": "2s", "rate": "slow"}, "slowly", ["duration"]),
        ({"rate": "slow", "volume": "soft", "pitch": "low"}, "slowly, softly, in a low voice", []),
    ],
)
def test_prosody_in_words(attributes: dict[str, str], words: str, wordless: list[str]) -> None:
    found, without = prosody.delivery(attributes)
    assert (", ".join(filter(None, found.values())), without) == (words, wordless)


def test_what_is_set_back_is_told_from_what_is_not_given() -> None:
    assert prosody.delivery({"rate": "medium", "volume": "loud", "pitch": ""})[0] == {"rate": "", "volume": "loudly"}


VALUE = st.text(st.sampled_from("0123456789.+-%mshdbtz xlow"), max_size=10)


@given(st.dictionaries(st.sampled_from(["rate", "volume", "pitch", "time", "strength", "range"]), VALUE, max_size=4))
def test_any_attributes_are_words_and_seconds_or_nothing(attributes: dict[str, str]) -> None:
    seconds, (words, wordless) = prosody.seconds(attributes), prosody.delivery(attributes)
    assert seconds is None or 0 <= seconds < 1e6
    assert not any(map(str.isdigit, "".join(words.values())))
    assert {*words, *wordless} >= {
        name for name in ("rate", "volume", "pitch", "range") if attributes.get(name, "").strip()
    }
    assert not {*words} & {*wordless}


@given(st.integers(1, 300), st.integers(1, 300))
def test_a_higher_rate_is_never_a_slower_word(one: int, other: int) -> None:
    order = ["very slowly", "slowly", "", "quickly", "very quickly"]
    ranks = [order.index(prosody.delivery({"rate": f"{rate}%"})[0]["rate"]) for rate in sorted((one, other))]
    assert ranks == sorted(ranks)
