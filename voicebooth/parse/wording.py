"""Dates, numbers, units and money become what a voice can read in one way only, in the words of a language.

The words are those of the Unicode CLDR, by way of Babel. Digits stay digits, for a voice gives them the case and the
gender that the sentence asks for; what is exchanged is all that can be read in another way: a month for a number, a
unit's name for its sign, marks between thousands where a year might be heard.

What cannot be read, or has no words, is ``None``; what is plain as it stands comes back as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date as Date  # noqa: N812 - a value of the calendar; no clock is read
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    NumberFormatError,
    format_currency,
    format_decimal,
    is_currency,
    parse_decimal,
)
from babel.units import format_unit

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ALSO = {"cmn": "zh", "iw": "he", "in": "id"}  # as other services name languages
_PATTERNS = {"dmy": "", "dm": "MMMMd", "my": "yMMMM", "d": "d", "y": "y"}  # fields → how they are written; "": in full
_LEAP_YEAR = 2000
_SPAN = re.compile(r"\d{1,6}(?::\d{1,6}){1,2}")
_SPANS = {"h": "duration-hour", "m": "duration-minute", "s": "duration-second"}
_PRIMES = re.compile(r"(?P<minutes>\d{1,3})['′]\s*(?:(?P<seconds>\d{1,2})[\"″])?")
_ANY_LENGTH = "#,##0.##########"
_NUMBER = r"[-+−]?\d[\d.,' \u00a0\u202f]{0,30}"
_AMOUNT = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>[^\d\s].{{0,30}})")
_CODED = re.compile(rf"(?P<before>[A-Z]{{3}})\s*(?P<number>{_NUMBER})|(?P<amount>{_NUMBER})\s*(?P<behind>[A-Z]{{3}})")
_FEET = re.compile(r"(?P<feet>\d{1,3})['′]\s*(?:(?P<inches>\d{1,2})[\"″])?")
_WRITTEN_ORDINAL = re.compile(r"(?P<number>\d{1,12})(?:\.|º|ª|[a-zè]{1,3})?")
_ORDINALS: Mapping[str, Mapping[str, str]] = {  # language → plural form of its ordinals → suffix; "": all others
    "en": {"one": "st", "two": "nd", "few": "rd", "": "th"},
    "es": {"": ".º"},
    "fr": {"one": "er", "": "e"},
    "it": {"": "º"},
    "nl": {"": "e"},
    "pt": {"": "º"},
    "sv": {"one": ":a", "": ":e"},
    **{tag: {"": "."} for tag in ("cs", "da", "de", "et", "fi", "hr", "hu", "nb", "nn", "no", "pl", "sk", "sl")},
}
_UNITS = {  # sign → unit of the CLDR; besides, any unit's name in English
    "mm": "length-millimeter", "cm": "length-centimeter", "m": "length-meter", "km": "length-kilometer",
    "in": "length-inch", "ft": "length-foot", "yd": "length-yard", "mi": "length-mile",
    "mg": "mass-milligram", "g": "mass-gram", "kg": "mass-kilogram", "t": "mass-tonne",
    "oz": "mass-ounce", "lb": "mass-pound", "lbs": "mass-pound",
    "ml": "volume-milliliter", "l": "volume-liter", "gal": "volume-gallon",
    "m²": "area-square-meter", "km²": "area-square-kilometer", "ha": "area-hectare", "m³": "volume-cubic-meter",
    "km/h": "speed-kilometer-per-hour", "m/s": "speed-meter-per-second", "mph": "speed-mile-per-hour",
    "°c": "temperature-celsius", "°f": "temperature-fahrenheit",
    "ms": "duration-millisecond", "s": "duration-second", "min": "duration-minute", "h": "duration-hour",
    "kb": "digital-kilobyte", "mb": "digital-megabyte", "gb": "digital-gigabyte", "tb": "digital-terabyte",
    "hz": "frequency-hertz", "khz": "frequency-kilohertz", "mhz": "frequency-megahertz", "ghz": "frequency-gigahertz",
    "w": "power-watt", "kw": "power-kilowatt", "kwh": "energy-kilowatt-hour", "v": "electric-volt",
}  # fmt: skip
_NAMED = {  # names that are met in place of a sign
    "foot": "length-foot", "feet": "length-foot", "inch": "length-inch", "inches": "length-inch",
    "mile": "length-mile", "miles": "length-mile", "meter": "length-meter", "meters": "length-meter",
    "pound": "mass-pound", "pounds": "mass-pound", "ounce": "mass-ounce", "ounces": "mass-ounce",
}  # fmt: skip


def said(text: str, kind: str, form: str, language: str) -> str | None:
    """Return what is said for a text that is a date, a number, … in a language (BCP 47)."""
    known = _locale(language)
    if known is None:
        return None
    match kind:
        case "date":
            return _date(text, form, known)
        case "duration" | "time":
            return _lasting(text, form, known)
        case _ if reader := _READERS.get(kind):
            return reader(text, known)
        case _:
            return None


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale | None:
    """Return what is known of a language (BCP 47), of its region if there is something."""
    if not _TAG.fullmatch(language):
        return None
    primary = language.partition("-")[0].lower()
    for tag in (language, _ALSO.get(primary, primary)):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _date(text: str, form: str, known: Locale) -> str | None:
    """Return a date in words; ``form`` says which field comes when: ``mdy``, ``dm``, ``yyyymmdd``."""
    if any(map(str.isalpha, text)):
        return text  # the month is in words
    fields = _fields(text, form)
    pattern = _PATTERNS.get("".join(sorted(fields)))
    try:
        day = Date(fields.get("y", _LEAP_YEAR), fields.get("m", 1), fields.get("d", 1))
    except ValueError:
        return None
    if pattern is None:
        return None
    return format_skeleton(pattern, day, locale=known) if pattern else format_date(day, "long", locale=known)


def _fields(text: str, form: str) -> dict[str, int]:
    """Return the numbers of a date by field; empty when there are not as many as fields."""
    order = "".join(letter for letter, _ in groupby(form.lower()))
    numbers = re.findall(r"\d+", text)
    if not order and (len(numbers) == 1 or (numbers and len(numbers[0]) == 4)):
        order = "ymd"
    if "?" in text:  # a field that is not known, as in ????0922
        order = order.replace("y", "")
    if len(numbers) == 1 and len(order) > 1:
        numbers = _widths(numbers[0], order)
    if len(numbers) != len(order) or not set(order) <= set("ymd") or max(map(len, numbers), default=0) > 4:
        return {}
    return {field: int(number) for field, number in zip(order, numbers, strict=True)}


def _widths(digits: str, order: str) -> list[str]:
    """Return digits that run together, as in 20260910, field by field."""
    found, at = [], 0
    for field in order:
        width = 4 if field == "y" else 2
        found.append(digits[at : at + width])
        at += width
    return found if at == len(digits) else []


def _cardinal(text: str, known: Locale) -> str | None:
    """Return a number with marks between its thousands, so that it is read as no year."""
    if re.fullmatch(r"\d{1,15}", text):
        return format_decimal(int(text), locale=known)
    return text if re.fullmatch(_NUMBER, text) else None


def _ordinal(text: str, known: Locale) -> str | None:
    """Return a number as the language writes an ordinal."""
    found = _WRITTEN_ORDINAL.fullmatch(text)
    suffixes = _ORDINALS.get(known.language)
    if not found or not suffixes:
        return None
    if found["number"] != text:
        return text
    return text + (suffixes.get(known.ordinal_form(int(text))) or suffixes[""])


def _unit(text: str, known: Locale) -> str | None:
    """Return an amount with its unit's name: ``10 km``, ``6'3"``, ``10 foot``."""
    if feet := _FEET.fullmatch(text):
        return _amounts([(feet["feet"], "length-foot"), (feet["inches"] or "0", "length-inch")], known)
    found = _AMOUNT.fullmatch(text)
    sign = found["unit"].strip() if found else ""
    name = _UNITS.get(sign.lower()) or _NAMED.get(sign.lower())
    number = _number(found["number"], known) if found else None
    return _amount(number, name, known) if name and number is not None else None


def _lasting(text: str, form: str, known: Locale) -> str | None:
    """Return a length of time, ``1'21"`` or ``01:18:30`` with its form, ``hms``, in hours, minutes and seconds."""
    order = "".join(letter for letter, _ in groupby(form)) or "hms"
    if primes := _PRIMES.fullmatch(text):
        parts = [("m", primes["minutes"]), ("s", primes["seconds"] or "0")]
    elif _SPAN.fullmatch(text) and order in {"hms", "hm", "ms"} and len(order) == text.count(":") + 1:
        parts = list(zip(order, text.split(":"), strict=True))
    else:
        return None
    return _amounts([(digits, _SPANS[part]) for part, digits in parts], known)


def _money(text: str, known: Locale) -> str | None:
    """Return an amount with its currency's name or sign in place of its code: ``42 USD``."""
    found = _CODED.fullmatch(text)
    if not found:
        return None
    code = found["before"] or found["behind"]
    amount = _number(found["number"] or found["amount"], known)
    if amount is None or not is_currency(code):
        return None
    if amount % 1:
        return format_currency(amount, code, locale=known)
    return format_currency(amount, code, "#,##0", locale=known, format_type="name", currency_digits=False)


def _number(text: str, known: Locale) -> Decimal | None:
    """Return a number in the writing of the language or, where it cannot be that, with a decimal point."""
    plain = text.strip().replace("−", "-")
    try:
        return parse_decimal(plain, locale=known, strict=True)
    except NumberFormatError:
        return Decimal(plain) if re.fullmatch(r"[-+]?\d+\.\d+", plain) else None


def _amounts(parts: Iterable[tuple[str, str]], known: Locale) -> str | None:
    """Return several amounts, each digits and a unit, without those of nothing."""
    said = [_amount(Decimal(digits), name, known) for digits, name in parts if int(digits)]
    return ", ".join(filter(None, said)) if said and all(said) else None


def _amount(number: Decimal, name: str, known: Locale) -> str | None:
    said = format_unit(number, name, "long", _ANY_LENGTH, locale=known)
    return None if name in said else said  # a language that has no word for the unit


_READERS: Mapping[str, Callable[[str, Locale], str | None]] = {
    "cardinal": _cardinal,
    "currency": _money,
    "ordinal": _ordinal,
    "unit": _unit,
}
