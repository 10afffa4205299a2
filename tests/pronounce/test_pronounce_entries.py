"""Where words of a lexicon are found: whole, in the right case, the longest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse.change import applied
from voicebooth.pronounce.entries import Entries


def said(text: str, *lexicons: dict[str, str]) -> str:
    return applied(text, Entries(*lexicons).find(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SQL is SQL, (SQL) “SQL”… SQL-Server/SQL", "X is X, (X) “X”… X-Server/X"),
        ("MySQL SQLite SQL2 2SQL SQL_x x_SQL", "MySQL SQLite SQL2 2SQL SQL_x x_SQL"),
        ("sql Sql", "sql Sql"),
        ("SQL", "X"),
        ("", ""),
    ],
)
def test_whole_words_only(text: str, expected: str) -> None:
    assert said(text, {"SQL": "X"}) == expected


def test_an_entry_in_small_letters_matches_any_case_and_one_with_capitals_as_it_is_written() -> None:
    assert said("gif Gif GIF", {"gif": "jif"}) == "jif jif jif"
    assert said("it IT It", {"IT": "eye tee"}) == "it eye tee It"
    assert said("iOS IOS ios", {"iOS": "eye oh ess"}) == "eye oh ess IOS ios"


def test_an_entry_with_capitals_goes_before_one_without() -> None:
    assert said("it IT It", {"it": "eet", "IT": "eye tee"}) == "eet eye tee eet"


def test_the_longest_entry_wins() -> None:
    lexicon = {"York": "a", "New York": "b", "new york city": "c", "New": "d"}
    assert said("New York City, New York, York, New", lexicon) == "c, b, a, d"


def test_the_first_lexicon_wins_also_against_another_case() -> None:
    assert said("SQL", {"SQL": "first"}, {"SQL": "second"}) == "first"
    assert said("SQL", {"sql": "first"}, {"SQL": "second"}) == "first"
    assert said("SQL Server", {"SQL": "first"}, {"SQL Server": "second"}) == "second"


def test_what_was_said_is_not_looked_at_again() -> None:
    assert said("a b", {"a": "b", "b": "a"}) == "b a"


def test_an_entry_that_says_itself_keeps_a_word_from_the_next_lexicon() -> None:
    assert said("SQL", {"SQL": "SQL"}, {"SQL": "sequel"}) == "SQL"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nguyen's hat", "win's hat"),
        ("Nguyen’s hat", "win's hat"),
        ("NGUYEN'S HAT", "NGUYEN'S HAT"),
        ("the Nguyens", "the wins"),
        ("the Nguyens' hats", "the wins' hats"),
        ("Nguyen'll go, Nguyen'd stay", "win'll go, win'd stay"),
        ("'Nguyen' and ‘Nguyen’", "'win' and ‘win’"),
        ("Nguyen'ın evi, Nguyen'den", "win'ın evi, win'den"),
        ("Nguyen't Nguyenson Nguyenss Nguyen's's", "Nguyen't Nguyenson Nguyenss Nguyen's's"),
        ("O'Nguyen, d’Nguyen", "O'win, d’win"),
    ],
)
def test_endings_of_a_name(text: str, expected: str) -> None:
    assert said(text, {"Nguyen": "win"}) == expected


def test_plurals_are_those_of_abbreviations_and_names_not_of_words() -> None:
    lexicon = {"SQL": "sequel", "BMX": "bee em ex", "Jess": "jess", "H2": "aitch two"}
    assert said("SQLs BMXs H2s Jesss", lexicon) == "sequels bee em exes aitch twos jesses"
    assert said("news its Does This Is As Us", {
        "new": "x", "it": "x", "Doe": "x", "Thi": "x", "I": "x", "A": "x", "U": "x"
    }) == "news its Does This Is As Us"  # fmt: skip


@pytest.mark.parametrize("entry", ["don", "Don", "t", "s", "re", "ll", "can", "o", "O"])
def test_contractions_are_words_of_their_own(entry: str) -> None:
    text = "don't can't it's we're we'll o'clock DON'T Don't O'clock"
    assert said(text, {entry: "X"}) == text


def test_one_apostrophe_is_as_good_as_the_other() -> None:
    assert said("O’Neil O'Neil o’clock o'clock", {"O'Neil": "x", "o’clock": "y"}) == "x x y y"


def test_french_elision_is_the_border_of_a_word() -> None:
    assert said("l'OTAN d’OTAN qu'OTAN", {"OTAN": "o tan"}) == "l'o tan d’o tan qu'o tan"


def test_signs_match_anywhere_and_their_words_stand_apart() -> None:
    lexicon = {"&": "and", "C++": "see plus plus", "→": "leads to", "#": "number"}
    assert said("AT&T, C++ and C++14, a → b, #1", lexicon) == (
        "AT and T, see plus plus and see plus plus 14, a leads to b, number 1"
    )


def test_scripts_without_spaces_have_no_borders() -> None:
    assert said("在東京大学。東京", {"東京": "とうきょう"}) == "在とうきょう大学。とうきょう"
    assert said("我用GIF图", {"gif": "jif"}) == "我用jif图"
    assert said("東京tower", {"東京": "Tokyo"}) == "Tokyo tower"
    assert said("서울에서", {"서울": "x"}) == "x에서"
    assert said("กรุงเทพมหานคร", {"กรุงเทพ": "x"}) == "xมหานคร"


def test_a_sign_of_a_vowel_is_part_of_its_word() -> None:
    assert said("कि क", {"क": "x"}) == "कि x"
    assert said("می\u200cخواهم می", {"می": "x"}) == "می\u200cخواهم x"


def test_letters_without_a_simple_small_form_stay_where_they_are() -> None:
    assert said("İSQL İ SQL", {"sql": "x"}) == "İSQL İ x"
    assert said("ΟΔΟΣ οδος ΟΔΟς", {"οδος": "x"}) == "x x x"
    assert said("STRASSE Straße", {"straße": "x"}) == "STRASSE x"


def test_used_tells_which_entries_were_found() -> None:
    entries = Entries({"a": "x", "b": "y"}, {"c": "z", "a": "w"})
    entries.find("A c")
    assert entries.used == {"a", "c"}


WORDS = st.text("aAbBsS'’-é東 ", min_size=1, max_size=4).map(str.strip).filter(bool)
TEXTS = st.text("aAbBsS'’-é東京 .,t", max_size=40)


@given(TEXTS, st.dictionaries(WORDS, st.sampled_from(["x", "Yy", "z z"]), max_size=6))
def test_changes_are_in_order_and_apart_and_hold_their_entry(text: str, lexicon: dict[str, str]) -> None:
    at = 0
    for change in Entries(lexicon).find(text):
        assert at <= change.start < change.end <= len(text)
        held = text[change.start : change.end].lower().replace("’", "'")
        assert any(held.startswith(word.lower().replace("’", "'")) for word in lexicon)
        at = change.end


@given(TEXTS, st.dictionaries(WORDS, st.just("x"), max_size=4))
def test_a_text_that_holds_no_entry_is_left_alone(text: str, lexicon: dict[str, str]) -> None:
    shown = text.lower().replace("’", "'")
    absent = {word: say for word, say in lexicon.items() if word.lower().replace("’", "'") not in shown}
    assert said(text, absent) == text


@pytest.mark.slow
def test_a_large_lexicon_in_a_long_script_takes_little_time() -> None:
    names = {f"N{number:04}x": "name" for number in range(10_000)}
    text = " ".join(names) * 9
    entries = Entries(names)
    assert len(entries.find(text)) > 80_000
