"""The words for signs, units and months, by language. Chosen by hand: what is said aloud, not what a sign is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. ``address``: signs in addresses; ``units``: for one, and for any other number."""

    address: Mapping[str, str]
    comparisons: Mapping[str, str]
    signs: Mapping[str, str]
    units: Mapping[str, tuple[str, str]]
    months: tuple[str, ...]
    date: str  # of {day}, {month} and {year}
    to: str  # from the low to the high end of a range
    first: str = "1"  # day of a month


def _pairs(signs: str, words: str) -> dict[str, str]:
    return dict(zip(signs.split(), words.split("|"), strict=True))


def _address(words: str) -> dict[str, str]:
    return _pairs(". / - _ @ ? = & # % + ~ : ,", words)


def _comparisons(words: str) -> dict[str, str]:
    return _pairs("< > <= >=", words)


def _signs(words: str) -> dict[str, str]:
    return _pairs("§§ § ± ≈ ≤ ≥ ≠ ‰", words)


def _units(one: str, many: str) -> dict[str, tuple[str, str]]:
    names = "km/h m/s m² km² cm² m³ cm³ °C °F kWh µm µg"
    return dict(zip(names.split(), zip(one.split("|"), many.split("|"), strict=True), strict=True))


def _months(words: str) -> tuple[str, ...]:
    return tuple(words.split())


EN = Tongue(
    address=_address("dot|slash|dash|underscore|at|question mark|equals|and|hash|percent|plus|tilde|colon|comma"),
    comparisons=_comparisons("less than|greater than|less than or equal to|greater than or equal to"),
    signs=_signs(
        "sections|section|plus or minus|approximately|less than or equal to|greater than or equal to|not equal to"
        "|per mille"
    ),
    units=_units(
        "kilometer per hour|meter per second|square meter|square kilometer|square centimeter|cubic meter"
        "|cubic centimeter|degree Celsius|degree Fahrenheit|kilowatt hour|micrometer|microgram",
        "kilometers per hour|meters per second|square meters|square kilometers|square centimeters|cubic meters"
        "|cubic centimeters|degrees Celsius|degrees Fahrenheit|kilowatt hours|micrometers|micrograms",
    ),
    months=_months("January February March April May June July August September October November December"),
    date="{month} {day}, {year}",
    to="to",
)
DE = Tongue(
    address=_address(
        "Punkt|Schrägstrich|Bindestrich|Unterstrich|at|Fragezeichen|gleich|und|Raute|Prozent|plus|Tilde"
        "|Doppelpunkt|Komma"
    ),
    comparisons=_comparisons("kleiner als|größer als|kleiner oder gleich|größer oder gleich"),
    signs=_signs("Paragraphen|Paragraph|plus minus|ungefähr|kleiner oder gleich|größer oder gleich|ungleich|Promille"),
    units=_units(
        "Kilometer pro Stunde|Meter pro Sekunde|Quadratmeter|Quadratkilometer|Quadratzentimeter|Kubikmeter"
        "|Kubikzentimeter|Grad Celsius|Grad Fahrenheit|Kilowattstunde|Mikrometer|Mikrogramm",
        "Kilometer pro Stunde|Meter pro Sekunde|Quadratmeter|Quadratkilometer|Quadratzentimeter|Kubikmeter"
        "|Kubikzentimeter|Grad Celsius|Grad Fahrenheit|Kilowattstunden|Mikrometer|Mikrogramm",
    ),
    months=_months("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    date="{day}. {month} {year}",
    to="bis",
)
FR = Tongue(
    address=_address(
        "point|slash|tiret|tiret bas|arobase|point d'interrogation|égal|et|dièse|pour cent|plus|tilde|deux-points"
        "|virgule"
    ),
    comparisons=_comparisons("inférieur à|supérieur à|inférieur ou égal à|supérieur ou égal à"),
    signs=_signs(
        "paragraphes|paragraphe|plus ou moins|environ|inférieur ou égal à|supérieur ou égal à|différent de|pour mille"
    ),
    units=_units(
        "kilomètre par heure|mètre par seconde|mètre carré|kilomètre carré|centimètre carré|mètre cube"
        "|centimètre cube|degré Celsius|degré Fahrenheit|kilowattheure|micromètre|microgramme",
        "kilomètres par heure|mètres par seconde|mètres carrés|kilomètres carrés|centimètres carrés|mètres cubes"
        "|centimètres cubes|degrés Celsius|degrés Fahrenheit|kilowattheures|micromètres|microgrammes",
    ),
    months=_months("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    date="{day} {month} {year}",
    to="à",
    first="1er",
)
ES = Tongue(
    address=_address(
        "punto|barra|guion|guion bajo|arroba|signo de interrogación|igual|y|almohadilla|por ciento|más|virgulilla"
        "|dos puntos|coma"
    ),
    comparisons=_comparisons("menor que|mayor que|menor o igual que|mayor o igual que"),
    signs=_signs("párrafos|párrafo|más menos|aproximadamente|menor o igual que|mayor o igual que|distinto de|por mil"),
    units=_units(
        "kilómetro por hora|metro por segundo|metro cuadrado|kilómetro cuadrado|centímetro cuadrado|metro cúbico"
        "|centímetro cúbico|grado Celsius|grado Fahrenheit|kilovatio hora|micrómetro|microgramo",
        "kilómetros por hora|metros por segundo|metros cuadrados|kilómetros cuadrados|centímetros cuadrados"
        "|metros cúbicos|centímetros cúbicos|grados Celsius|grados Fahrenheit|kilovatios hora|micrómetros"
        "|microgramos",
    ),
    months=_months("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    date="{day} de {month} de {year}",
    to="a",
)

TONGUES: Mapping[str, Tongue] = {"de": DE, "en": EN, "es": ES, "fr": FR}
