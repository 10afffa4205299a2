from datetime import date

import pytest

from voicebooth.errors import SettingsFault
from voicebooth.settings import Settings
from voicebooth.speech import models

FLASH = models.model("gemini-3.8-flash-tts")


def test_prices_change_on_their_day():
    before, after = models.price(FLASH, date(2026, 12, 31)), models.price(FLASH, date(2027, 1, 1))
    assert (before.input_usd_per_million, before.audio_usd_per_million) == (0.50, 9.00)
    assert (after.input_usd_per_million, after.audio_usd_per_million) == (1.00, 18.00)
    assert models.price(FLASH, date(2020, 1, 1)) == before
    assert before.table == models.PRICE_TABLE


def test_a_minute_costs_what_the_price_list_says():
    assert models.price(FLASH, date(2026, 11, 1)).estimate_usd("", 60) == pytest.approx(0.01728)
    lite = models.price(models.model("gemini-3.8-flash-lite-tts"), date(2027, 6, 1))
    assert lite.estimate_usd("", 60) == pytest.approx(0.02304)


@pytest.mark.parametrize("row", models.MODELS.values(), ids=lambda row: row.id)
def test_a_row_makes_sense(row):
    assert models.model(f"models/{row.id}") is row
    assert [t.since for t in row.tariffs] == sorted(t.since for t in row.tariffs)
    assert 120 < row.longest_request_s < row.max_output_tokens / row.tokens_per_s


def test_an_unknown_model_is_an_error_with_the_nearest_names():
    with pytest.raises(SettingsFault) as caught:
        models.model("gemini-3.8-flash-ts")
    assert "gemini-3.8-flash-tts" in caught.value.problems[0].fix


def test_a_model_newer_than_the_table_is_like_the_one_it_is_said_to_be_like():
    row = models.model("gemini-4-tts", {"gemini-4-tts": "gemini-3.8-flash-lite-tts"})
    assert (row.id, row.dialect) == ("gemini-4-tts", models.Dialect.METADATA)
    with pytest.raises(SettingsFault):
        models.model("gemini-5-tts", {"gemini-4-tts": "gemini-3.8-flash-lite-tts"})


def test_the_model_of_the_settings_is_in_the_table():
    assert models.model(Settings().gemini_tts_model).id in models.MODELS
