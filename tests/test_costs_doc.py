"""The arithmetic of docs/costs.md comes out, and its prices of Gemini are those of the code."""

import ast
import operator
import re
from datetime import date
from pathlib import Path

import pytest

from voicebooth.encode import MP3_KBPS
from voicebooth.settings import Settings
from voicebooth.speech import models

PAGE = (Path(__file__).parents[1] / "docs" / "costs.md").read_text("utf-8")
LINES = re.findall(r"^([\d. */+-]+) = ([\d.]+)$", PAGE, re.MULTILINE)
MODELS = re.findall(r"^\| `(gemini-[a-z0-9.-]+)` \| ([\d.]+) \| ([\d.]+) \|$", PAGE, re.MULTILINE)
DOES = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def worked_out(node):
    """Return what a sum of plain numbers comes to."""
    if isinstance(node, ast.BinOp):
        return DOES[type(node.op)](worked_out(node.left), worked_out(node.right))
    assert isinstance(node, ast.Constant)
    return node.value


def test_there_is_arithmetic():
    blocks = re.findall(r"^```\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert sum(len(block.splitlines()) for block in blocks) == len(LINES) >= 15


@pytest.mark.parametrize(("sum_", "result"), LINES)
def test_a_line_comes_out_to_the_places_it_shows(sum_, result):
    places = len(result.partition(".")[2])
    assert f"{worked_out(ast.parse(sum_, mode='eval').body):.{places}f}" == result


@pytest.mark.parametrize(("name", "this_year", "next_year"), MODELS)
def test_an_hour_costs_what_the_table_in_the_code_says(name, this_year, next_year):
    row = models.model(name)
    for shown, day in ((this_year, date(2026, 12, 31)), (next_year, date(2027, 1, 1))):
        price = models.price(row, day)
        assert f"{3600 * row.tokens_per_s * price.audio_usd_per_million / 1e6:.2f}" == shown


def test_the_page_has_the_default_model():
    assert Settings().gemini_tts_model in {name for name, *_ in MODELS}


def test_the_bit_rate_is_the_encoders():
    assert f"MP3 at {MP3_KBPS[1]} kbit/s" in PAGE
    assert f"{MP3_KBPS[1] * 1000} / 8 * 3600" in PAGE


def test_what_is_idle_adds_up_to_less_than_a_dollar():
    table = PAGE[PAGE.index("## A month without an episode") : PAGE.index("Images share")]
    parts = [float(found) for found in re.findall(r"^\| [^*].* \| ([\d.]+) \|$", table, re.MULTILINE)]
    (total,) = re.findall(r"^\| \*\*production\*\* \| \| \*\*([\d.]+)\*\* \|$", table, re.MULTILINE)
    assert f"{sum(parts):.2f}" == total
    assert float(total) < 1


def test_what_could_not_be_read_is_left_open():
    """A name in capitals stands where a price would be, and no number beside it."""
    for name in ("SECONDS", "TRANSFER", "IDLE", "CONDITION", "MINUTE", "SCAN"):
        assert re.search(rf"\b{name}\b", PAGE), name
        assert not re.search(rf"\$[\d.]+ {name}|{name} = \$", PAGE)
