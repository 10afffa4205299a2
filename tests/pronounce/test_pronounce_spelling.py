"""What is written out, in each language, and all that is left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse.change import applied
from voicebooth.pronounce.spelling import BY_DEFAULT, KINDS, Spelling, warnings
from voicebooth.pronounce.spelling_words import TONGUES
from voicebooth.script import Meta
from voicebooth.speech.markup import harmless


def written(text: str, language: str = "en", spell_out: str | None = "all") -> str:
    return applied(text, Spelling.of(Meta(language=language, spell_out=spell_out)).find(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org", "example dot org"),
        ("See http://example.org/a_b/, please.", "See example dot org slash a underscore b, please."),
        ("HTTPS://Example.ORG.", "Example dot ORG."),
        ("www.example.org!", "www dot example dot org!"),
        ("(https://x.org/~joe)", "(x dot org slash tilde joe)"),
        ("“https://x.org/?a=1&b=2#c”", "“x dot org slash question mark a equals 1 and b equals 2 hash c”"),
        ("https://x.org:80/a-b,c%20d", "x dot org colon 80 slash a dash b comma c percent 20d"),
        ("ann_b@example.co.uk, hi", "ann underscore b at example dot co dot uk, hi"),
        ("mailto:ann@example.org", "mailto:ann at example dot org"),
        ("https://münchen.de", "münchen dot de"),
        ("<https://x.org> and <https://y.org", "x dot org and y dot org"),
    ],
)
def test_addresses(text: str, expected: str) -> None:
    assert written(text) == written(text, spell_out=None) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-GB", "x dot org slash a underscore b"),
        ("de", "x Punkt org Schrägstrich a Unterstrich b"),
        ("fr-CA", "x point org slash a tiret bas b"),
        ("es", "x punto org barra a guion bajo b"),
        ("ja", "https://x.org/a_b"),
        ("", "https://x.org/a_b"),
    ],
)
def test_addresses_in_other_languages(language: str, expected: str) -> None:
    assert written("https://x.org/a_b", language) == expected


def test_the_reason_why_addresses_and_comparisons_are_written_out() -> None:
    for text in ("https://x.org/a_b", "p < 0.05"):
        assert harmless(text) != text
        assert harmless(written(text)) == written(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p < 0.05 and p<0.05", "p less than 0.05 and p less than 0.05"),
        ("n > 7, n>=7, n<=-7", "n greater than 7, n greater than or equal to 7, n less than or equal to -7"),
        ("(n) > 7, 5% <6", "(n) greater than 7, 5% less than 6"),
    ],
)
def test_comparisons(text: str, expected: str) -> None:
    assert written(text) == written(text, spell_out=None) == expected


@pytest.mark.parametrize(
    "text",
    ["I <3 you", "a -> 5", "a => 5", "<laugh>", "press <5> 6 times", "a < b", "<< 5", "> 5", "a <<5", "n |>5"],
)
def test_what_is_no_comparison(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "On 2026-11-24, at 20 °C.", "On November 24, 2026, at 20 degrees Celsius."),
        ("de", "Am 2026-03-01 bei 1 °C.", "Am 1. März 2026 bei 1 Grad Celsius."),
        ("fr", "Le 2026-08-01, 120 km/h.", "Le 1er août 2026, 120 kilomètres par heure."),
        ("es", "El 2026-11-24, 1 m².", "El 24 de noviembre de 2026, 1 metro cuadrado."),
        ("en", "1 km/h, 1.1 km/h, 21km/h", "1 kilometer per hour, 1.1 kilometers per hour, 21 kilometers per hour"),
        ("en", "5 μm and 5 µm", "5 micrometers and 5 micrometers"),
        ("de", "10–20 % und 1,5 – 2,5 kWh", "10 bis 20 % und 1,5 bis 2,5 Kilowattstunden"),
        ("de", "§ 5, §§ 6 und 7, ±3", "Paragraph 5, Paragraphen 6 und 7, plus minus 3"),
        ("fr", "p ≤ 5, x≠3, 4‰", "p inférieur ou égal à 5, x différent de 3, 4 pour mille"),
        ("es", "≈10 y ≥-2", "aproximadamente 10 y mayor o igual que -2"),
    ],
)
def test_dates_ranges_signs_and_units_when_asked_for(language: str, text: str, expected: str) -> None:
    assert written(text, language) == expected
    assert written(text, language, None) == text


@pytest.mark.parametrize(
    "text",
    [
        "10:30, $5.99, 1,000,000, 50%, 1/2, 3rd, No. 5, e.g. Dr. Lee, AT&T, 555-0199, B-52, #5, 1984",
        "2024–25, 3–2, 10–20–30, 1-2, 2026-13-01, 2026-02-30, 2026-00-10, 2026-11-24T10:30, 12026-11-24",
        "km/h, 5 km, 5 m/s², 5 m²/s, 3 kWhs, § a, ± b, a_b, example.org, @ann, a@b, www. x, https:// x, R2-D2",
        "Nothing of the kind. Not one thing!",
    ],
)
@pytest.mark.parametrize("language", sorted(TONGUES))
def test_what_is_left_alone(text: str, language: str) -> None:
    assert written(text, language) == text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_one_kind_alone(kind: str) -> None:
    text = "https://x.org p < 5 2026-11-24 10–20 § 5 9 km/h"
    changes = Spelling.of(Meta(language="en", spell_out=f" {kind} ")).find(text)
    assert len(changes) == 1
    assert written(text, spell_out="none") == text
    assert written(text, spell_out=", ".join(KINDS)) == written(text)
    assert written(text, spell_out=None) == written(text, spell_out=",".join(BY_DEFAULT))


def test_a_script_that_asks_for_words_in_an_unknown_language_is_warned() -> None:
    meta = Meta(language="ja", spell_out="all", lines={"spell_out": 3})
    (warning,) = warnings(meta)
    assert (warning.line, warning.message) == (3, "nothing is written out")
    assert "de, en, es, fr" in warning.fix
    assert not list(warnings(Meta(language="ja")))
    assert not list(warnings(Meta(language="ja", spell_out="none")))
    assert not list(warnings(Meta(language="de-AT", spell_out="all")))


LANGUAGES = st.sampled_from(sorted(TONGUES))
ADDRESSES = st.sampled_from(
    ["https://a_b.org/x?y=1", "www.a.b", "a.b@c.de", "HTTP://5.5/5", "<https://x.org>", "m²@x.y"]
)
ITEMS = st.sampled_from([
    "<5", " < 5", ">=3", "2026-11-24", "10–20", "10 – 20", "§ 5", "§§5", "±", "≈ 1", "km/h", "5 km/h", "m²", "°C", "‰",
    "<3", "->", "https://", "@", "–", "-", "/", "(", ")", ".", ",", "1", "word", "straße", "東京", " ", " ",
    "％", "\u0301",
])  # fmt: skip
SIGNS = st.one_of(st.lists(ITEMS, max_size=12).map("".join), st.text(max_size=60))
TEXTS = st.one_of(SIGNS, st.lists(st.one_of(ITEMS, ADDRESSES), max_size=12).map("".join))


@given(st.lists(st.one_of(ITEMS, ADDRESSES, st.text(max_size=60)), max_size=6).map(" and ".join), LANGUAGES)
def test_between_words_writing_out_is_done_once(text: str, language: str) -> None:
    once = written(text, language)
    assert written(once, language) == once


@given(TEXTS, LANGUAGES)
def test_no_word_outside_an_item_is_touched_and_none_inside_is_lost(text: str, language: str) -> None:
    at = 0
    for change in Spelling.of(Meta(language=language, spell_out="all")).find(text):
        assert at <= change.start < change.end
        inside = re.sub(r"(?i)^<?https?://", "", text[change.start : change.end])
        numbers_and_words = re.findall(r"[^\W_]+", inside)
        said = re.findall(r"[^\W_]+", change.say)
        dated = re.fullmatch(r"\d{4}-\d\d-\d\d", inside)
        united = re.fullmatch(r" ?[^\W\d].*|.*°.*", inside) and not change.whole
        assert dated or united or not set(numbers_and_words) - set(said)
        at = change.end


@given(st.text(st.characters(categories=("L", "Zs", "Nd"), include_characters=".,;:!?'\"-()"), max_size=80), LANGUAGES)
def test_prose_is_left_alone(text: str, language: str) -> None:
    changes = Spelling.of(Meta(language=language)).find(text)
    assert not changes or re.search(r"www\.|https?:", text, re.IGNORECASE)
