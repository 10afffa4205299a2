"""Words that are shown and words that are said in their place, from pieces to sentences."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse.change import Change, applied
from voicebooth.parse.draft import Draft
from voicebooth.parse.sentences import LONGEST, split
from voicebooth.parse.words import Line, Words, within
from voicebooth.script import Gap, Meta, Turn


def line(*pieces: str | tuple[str, str], number: int = 1) -> Words:
    made = Line()
    for piece in pieces:
        made.add(*((piece,) if isinstance(piece, str) else piece))
    return made.words(number)


def turns(*lines: Words) -> tuple[Turn, ...]:
    draft = Draft("ep.ssml")
    draft.say("Ann", "", lines, Gap.TURN)
    return draft.finish(Meta()).turns


@pytest.mark.parametrize(
    ("pieces", "text", "spoken"),
    [
        (["The ", ("W3C", "World Wide Web"), " met."], "The W3C met.", "The World Wide Web met."),
        (["  The\t", (" W3C ", "Web"), "met."], "The W3C met.", "The Web met."),
        (["un", ("foo", "bar"), "ed"], "unfooed", "un bar ed"),
        ([("a", "b"), ("c", "d")], "ac", "b d"),
        ([("a", "b"), " ", ("c", "d")], "a c", "b d"),
        (["a", "", " ", "", "b"], "a b", "a b"),
        ([("&", "and")], "&", "and"),
        ([("字", "zi"), "字"], "字字", "zi字"),
        ([("same", "same"), "."], "same.", "same."),
        ([" ", ("", "nothing"), " "], "", ""),
    ],
)
def test_pieces_become_a_line(pieces: list[str | tuple[str, str]], text: str, spoken: str) -> None:
    made = line(*pieces, number=7)
    assert (made.text, made.spoken, made.line) == (text, spoken, 7)
    assert made.tidy() == made


def test_what_is_said_otherwise_is_blotted_out_in_its_place() -> None:
    made = line("a ", ("bc", "x"), " d")
    assert (made.unsaid, len(made.unsaid)) == ("a \ufffc\ufffc d", len(made.text))
    assert Words("plain", 1).unsaid == "plain"


def test_a_part_of_a_line_keeps_what_is_said_in_it() -> None:
    made = line("a ", ("bc", "x"), " d ", ("e", "y"), ".")
    assert made.cut(2, 6) == Words("bc d", 1, (Change(0, 2, "x"),))
    assert made.cut(7, 9).spoken == "y."
    assert made.cut(4, 4) == Words("", 1)
    assert within(made.says, 3, 8) == (Change(4, 5, "y"),)


def test_untidy_words_are_tidied_with_what_is_said() -> None:
    untidy = Words("  a   bc\t d ", 3, (Change(6, 8, "x"),))
    assert untidy.tidy() == Words("a bc d", 3, (Change(2, 4, "x"),))


def test_changes_are_made_in_time_that_grows_with_the_text() -> None:
    changes = [Change(at, at + 1, "said") for at in range(0, 400_000, 4)]
    began = time.process_time()
    assert applied("abc " * 100_000, changes).startswith("said bc said bc")
    assert time.process_time() - began < 2


def test_sentences_carry_what_is_said_for_them_and_for_no_other() -> None:
    found = split(
        [line("I ", ("read", "red"), " it. You read ", ("it", "that"), ".", number=2), line("Read!", number=3)]
    )
    assert [(s.text, s.say, s.line) for s in found] == [
        ("I read it.", "I red it.", 2),
        ("You read it.", "You read that.", 2),
        ("Read!", "", 3),
    ]


def test_lines_that_wrap_in_a_script_without_spaces_keep_the_place() -> None:
    (sentence,) = split([line("今日", number=1), line(("東京", "とうきょう"), "駅", number=2)])
    assert (sentence.text, sentence.spoken) == ("今日東京駅", "今日とうきょう駅")


def test_no_sentence_ends_inside_of_what_is_one_whole() -> None:
    (sentence,) = split([line("He said ", ("No. Never. Go", "a lot"), " and left.")])
    assert sentence.spoken == "He said a lot and left."
    one, two = split([line(("He left. At once.", "He left"), " She stayed.")])
    assert (one.text, one.spoken, two.spoken) == ("He left. At once.", "He left", "She stayed.")


@pytest.mark.parametrize("before", [0, 1, LONGEST - 4, LONGEST - 1, LONGEST])
@pytest.mark.parametrize("whole", ["short", "word " * 300])
def test_a_long_sentence_is_not_cut_inside_either(before: int, whole: str) -> None:
    words = line("x" * before, " ", (whole, "THAT"), " y" * 200)
    found = split([words])
    assert sum("THAT" in sentence.spoken for sentence in found) == 1
    assert "".join(s.text for s in found).replace(" ", "") == words.text.replace(" ", "")
    assert all(any(map(str.isalnum, s.text)) for s in found)


def test_a_whole_at_the_end_of_a_long_sentence_leaves_no_sign_alone() -> None:
    (sentence,) = split([line(("word" + " word" * 300, "that"), ".")])
    assert sentence.spoken == "that."


def test_a_pause_is_none_where_something_else_is_said() -> None:
    first, second = turns(line("Wait ", ("(pause 2s)", "a bit"), " here. (pause 1s) Now ", ("go", "run"), "."))
    assert (first.text, first.spoken) == ("Wait (pause 2s) here.", "Wait a bit here.")
    assert (second.text, second.spoken, second.pause_s) == ("Now go.", "Now run.", 1)


def test_signs_that_are_said_are_words() -> None:
    (turn,) = turns(line(("&", "and")))
    assert (turn.text, turn.spoken) == ("&", "and")


def test_a_script_is_too_long_by_what_is_said() -> None:
    draft = Draft("ep.ssml", max_minutes=1)
    draft.say("Ann", "", [line(("x", "word " * 400))], Gap.TURN)
    draft._check_length("en")
    assert "takes about" in draft.problems[0].message


PIECE = st.text(st.sampled_from("ab. é字&\t("), max_size=12)
PIECES = st.lists(st.one_of(PIECE, st.tuples(PIECE, st.sampled_from(["ONE", "TWO. THREE", "⟨!⟩"]))), max_size=12)


@given(st.lists(PIECES, max_size=5))
def test_all_is_shown_and_each_saying_is_said_once_in_its_place(lines: list[list[str | tuple[str, str]]]) -> None:
    made = [line(*pieces, number=number) for number, pieces in enumerate(lines, 1)]
    shown = ["".join(p if isinstance(p, str) else p[0] for p in pieces) for pieces in lines]
    assert [words.text for words in made] == [" ".join(text.split()) for text in shown]
    spoken = ["".join(p if isinstance(p, str) else p[1] if p[0].strip() else "" for p in pieces) for pieces in lines]
    assert ["".join(words.spoken.split()) for words in made] == ["".join(text.split()) for text in spoken]
    sentences = split([words for words in made if words.text])
    assert "".join("".join(s.text for s in sentences).split()) == "".join("".join(shown).split())
    assert "".join("".join(s.spoken for s in sentences).split()) == "".join("".join(spoken).split())
