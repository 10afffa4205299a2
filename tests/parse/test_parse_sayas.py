"""What say-as asks for, in words: with the forms of each vendor, and by language."""

from __future__ import annotations

import re

import pytest
from babel import Locale, localedata
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse import sayas, wording


def said(text: str, kind: str, form: str = "", language: str = "en-US") -> str | None:
    return sayas.said(text, kind, form, language)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("SQL", "characters", "S Q L"),
        ("SQL", "spell-out", "S Q L"),
        ("W3C met", "verbatim", "W 3 C m e t"),
        ("e\u0301a", "letters", "e\u0301 a"),
        ("123-45", "digits", "1 2 3, 4 5"),
        ("123", "number_digit", "1 2 3"),
        ("none", "digits", None),
        ("+1 (555) 010-0199", "telephone", "+1, 5 5 5, 0 1 0, 0 1 9 9"),
        ("1-800-FLOWERS", "phone", "1, 8 0 0, FLOWERS"),
        ("+44 20 7946", "vxml:phone", "+4 4, 2 0, 7 9 4 6"),
        ("call me", "telephone", None),
        ("2:30pm", "time", "2:30pm"),
        ("14:05:09", "time", "14:05:09"),
        ("7", "cardinal", "7"),
        ("$42.01", "currency", "$42.01"),
        ("12,50 €", "money", "12,50 €"),
        ("what", "", None),
        ("what", "interjection", None),
        ("", "characters", None),
    ],
)
@pytest.mark.parametrize("language", ["en", "xx-none", ""])
def test_what_needs_no_language(text: str, kind: str, expected: str | None, language: str) -> None:
    assert said(text, kind, "", language) == expected


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("10/19/2026", "mdy", "October 19, 2026"),
        ("19.10.2026", "dmy", "October 19, 2026"),
        ("2026-10-19", "ymd", "October 19, 2026"),
        ("2026-10-19", "", "October 19, 2026"),
        ("20261019", "", "October 19, 2026"),
        ("20261019", "yyyymmdd", "October 19, 2026"),
        ("1910", "ddmm", "October 19"),
        ("????1019", "", "October 19"),
        ("10-19", "md", "October 19"),
        ("19-10", "dm", "October 19"),
        ("10/2026", "my", "October 2026"),
        ("2026/10", "ym", "October 2026"),
        ("2/29", "md", "February 29"),
        ("10/19/26", "mdy", "October 19, 26"),
        ("2026", "y", "2026"),
        ("19", "d", "19"),
        ("19 October 2026", "dmy", "19 October 2026"),
        ("19/10/2026", "", None),
        ("19/10/2026", "mdy", None),
        ("2/30/2026", "mdy", None),
        ("10/19", "mdy", None),
        ("10/19/2026", "mdm", None),
        ("10/19/2026", "when", None),
        ("12026-10-19", "ymd", None),
        ("10", "m", None),
        ("?", "", None),
    ],
)
def test_a_date_by_its_form(text: str, form: str, expected: str | None) -> None:
    assert said(text, "date", form) == expected


def test_older_names_hold_the_form() -> None:
    assert said("10/19/2026", "date:mdy") == said("10/19/2026", "date_mdy") == "October 19, 2026"
    assert said("3", "number:ordinal") == said("3", "number", "ordinal") == "3rd"
    assert said("10 19", "number", "telephone") == "1 0, 1 9"
    assert said("1995", "number", "cardinal") == said("1995", "NUMBER", " ") == "1,995"
    assert said("20261019", "vxml:date") == "October 19, 2026"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-GB", "19 October 2026"),
        ("de", "19. Oktober 2026"),
        ("fr-CA", "19 octobre 2026"),
        ("es-MX", "19 de octubre de 2026"),
        ("pt-BR", "19 de outubro de 2026"),
        ("pl", "19 października 2026"),
        ("ja-JP", "2026年10月19日"),
        ("cmn-CN", "2026年10月19日"),
        ("ar-XA", "19 أكتوبر 2026"),
        ("de-QQ", "19. Oktober 2026"),
        ("tlh", None),
        ("../de", None),
        ("", None),
    ],
)
def test_a_date_in_the_words_of_its_language(language: str, expected: str | None) -> None:
    assert said("2026-10-19", "date", "", language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("1", "en", "1st"),
        ("22", "en", "22nd"),
        ("113", "en", "113th"),
        ("3rd", "en", "3rd"),
        ("3", "de", "3."),
        ("1", "fr", "1er"),
        ("2", "fr", "2e"),
        ("4", "es", "4.º"),
        ("2", "sv", "2:a"),
        ("5", "sv", "5:e"),
        ("3.", "de", "3."),
        ("3", "ja", None),
        ("third", "en", None),
        ("-3", "en", None),
    ],
)
def test_an_ordinal_as_the_language_writes_it(text: str, language: str, expected: str | None) -> None:
    assert said(text, "ordinal", "", language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("1995", "en", "1,995"),
        ("1995", "de", "1.995"),
        ("1234567", "fr", "1\u202f234\u202f567"),
        ("12,345", "en", "12,345"),
        ("-3.5", "en", "-3.5"),
        ("XVI", "en", None),
        ("1" * 31, "en", "1" * 31),
        ("1" * 32, "en", None),
        ("1995", "", None),
    ],
)
def test_a_number_that_is_no_year(text: str, language: str, expected: str | None) -> None:
    assert said(text, "cardinal", "", language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("10 foot", "en", "10 feet"),
        ("1 ft", "en", "1 foot"),
        ("6'3\"", "en", "6 feet, 3 inches"),
        ("6'", "en", "6 feet"),
        ("120km/h", "en", "120 kilometers per hour"),
        ("3.14159 m", "en", "3.14159 meters"),
        ("1 °C", "de", "1 Grad Celsius"),
        ("3,5 km", "de", "3,5 Kilometer"),
        ("3.5 km", "de", "3,5 Kilometer"),
        ("9.990 km", "de", "9.990 Kilometer"),
        ("-2 kg", "fr", "-2\u202fkilogrammes"),
        ("−2 kg", "es", "-2 kilogramos"),
        ("3,5 km", "en", None),
        ("10 parsnips", "en", None),
        ("km", "en", None),
        ("0'0\"", "en", None),
        ("6 ft", "zh", None),
    ],
)
def test_a_unit_by_its_name(text: str, language: str, expected: str | None) -> None:
    found = said(text, "unit", "", language)
    assert (found and re.sub(r"\s", " ", found)) == (expected and re.sub(r"\s", " ", expected))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("42 USD", "en", "42 US dollars"),
        ("USD 1", "en", "1 US dollar"),
        ("99.90 EUR", "en", "€99.90"),
        ("EUR 99.90", "de", "99,90 €"),
        ("1500 EUR", "de", "1.500 Euro"),
        ("42 QQQ", "en", None),
        ("42 usd", "en", None),
        ("free", "en", None),
    ],
)
def test_money_by_its_code(text: str, language: str, expected: str | None) -> None:
    found = said(text, "currency", "", language)
    assert (found and found.replace("\u00a0", " ")) == expected


@pytest.mark.parametrize(
    ("text", "kind", "form", "expected"),
    [
        ("1'21\"", "time", "", "1 minute, 21 seconds"),
        ("2'", "duration", "", "2 minutes"),
        ("01:18:30", "duration", "hms", "1 hour, 18 minutes, 30 seconds"),
        ("01:18:30", "duration", "hh:mm:ss", None),
        ("01:18:30", "duration", "", "1 hour, 18 minutes, 30 seconds"),
        ("18:30", "duration", "ms", "18 minutes, 30 seconds"),
        ("1:00", "duration", "hm", "1 hour"),
        ("18:30", "duration", "", None),
        ("0:00:00", "duration", "", None),
        ("soon", "time", "", None),
        ("25 o'clock", "time", "", None),
    ],
)
def test_a_length_of_time(text: str, kind: str, form: str, expected: str | None) -> None:
    assert said(text, kind, form) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("1/2", "en", "1 half"),
        ("3/4", "en", "3 quarters"),
        ("2+1/2", "en", "2 and 1 half"),
        ("2 1/2", "de", "2 und 1 halb"),
        ("2/3", "fr", "2 tiers"),
        ("5/8", "es", "5 octavos"),
        ("3/16", "en", "3 over 16"),
        ("3⁄16", "de", "3 durch 16"),
        ("1/0", "en", None),
        ("1/2/3", "en", None),
        ("1/2", "pl", None),
    ],
)
def test_a_fraction(text: str, language: str, expected: str | None) -> None:
    assert said(text, "fraction", "", language) == expected


def test_a_bleep_is_a_word() -> None:
    assert [said("damn", kind, "", "de") for kind in ("expletive", "bleep")] == ["piep", "piep"]
    assert said("damn", "bleep", "", "ja") == "beep"
    assert sayas.is_bleep(" Bleep")
    assert not sayas.is_bleep("characters")


KINDS = ("cardinal", "currency", "date", "duration", "ordinal", "time", "unit")


@pytest.mark.slow
def test_in_every_language_there_are_words_or_none_and_never_a_name_of_ours() -> None:
    samples = [("1995", "cardinal"), ("42 USD", "currency"), ("2026-10-19", "date"), ("1:02:03", "duration")]
    samples += [(f"3 {sign}", "unit") for sign in ("km", "kg", "°C", "km/h")]
    for language in filter(str.isalpha, localedata.locale_identifiers()):
        tag = str(Locale.parse(language)).replace("_", "-")
        for text, kind in samples:
            found = wording.said(text, kind, "", tag)
            assert found is None or (found.strip() and not re.search(r"\w-\w+-per|duration-|length-|mass-", found))


@given(
    st.text(st.sampled_from("0123456789/.-:,'\"+ ?$€kmUSDºaé"), max_size=30) | st.text(max_size=20),
    st.sampled_from([*KINDS, "characters", "digits", "telephone", "fraction", "bleep", "number", ""])
    | st.text(max_size=9),
    st.sampled_from(["", "mdy", "ymd", "hms", "ordinal"]) | st.text(max_size=9),
    st.sampled_from(["", "en", "de-AT", "fr", "ja", "ar-XA", "xx"]) | st.text(max_size=9),
)
def test_any_text_has_words_or_none(text: str, kind: str, form: str, language: str) -> None:
    found = sayas.said(" ".join(text.split()), kind, form, language)
    assert found is None or found.strip() or not text.strip()
