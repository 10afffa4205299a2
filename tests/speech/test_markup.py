import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.speech.markup import NEW_SOUNDS, OLD_SOUNDS, SOUNDS, harmless


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("plain words, as they are.", "plain words, as they are."),
        ("a < b and c > d", "a ＜ b and c ＞ d"),
        ("if x<5 and y>3", "if x＜5 and y＞3"),
        ("I <3 you -> yes => no", "I ＜3 you -＞ yes =＞ no"),
        ('<b>bold</b> and <a href="x">linked</a>', "bold and linked"),
        ("wait<break time='1s'/>now", "wait now"),
        ("dear <name>, hello", "dear name, hello"),
        ("</closed> <open/>", "closed open"),
        ("a <b c> d", "a b c d"),
        ("|oh really?|", "oh really?"),
        ("one | two || three", "one two three"),
        ("as he said [sic], [laughs] loudly", "as he said (sic), (laughs) loudly"),
        ("**very** *much* __so__ `code` ~~gone~~", "very much so code gone"),
        ("# Heading", "Heading"),
        ("> - quoted", "quoted"),
        ("snake_case and C# and #1", "snake case and C# and #1"),
        ("5 * 3 is 5*3", "5 × 3 is 5×3"),
        ("two\nlines\r\nand\ttabs\u2028here", "two lines and tabs here"),
        ("words\n## Transcript\nPuck: hi", "words Transcript Puck: hi"),
        ("\u202eright to left\u202c \x00\ud800ok", "right to left ok"),
        ("we say < laugh me", "we say ＜ laugh me"),
        ("", ""),
    ],
)
def test_markup_becomes_words(text, sent):
    assert harmless(text) == sent


@pytest.mark.parametrize("sound", sorted(SOUNDS))
def test_documented_sounds_are_sent_on_purpose(sound):
    assert harmless(f"Well <{sound}> yes.") == f"Well <{sound}> yes."
    assert harmless(f"Well < {sound.upper()} > yes.") == f"Well <{sound}> yes."


def test_the_older_models_get_their_own_sounds_or_none():
    assert harmless("Ha <laugh> <yawn> <Short  Pause> so.", OLD_SOUNDS) == "Ha [laughs] [short pause] so."
    assert harmless("a <laugh> b", {}) == "a b"


@given(st.text())
def test_whatever_comes_in_no_markup_goes_out(text):
    sent = harmless(text)
    rest = re.sub("|".join(map(re.escape, NEW_SOUNDS.values())), "", sent)
    assert not set("<>|[]`*_\n\r\t") & set(rest)
    assert sent == " ".join(sent.split())
    sent.encode()


WORDS = st.from_regex(r"[a-zäж你]{3,8}", fullmatch=True).filter(
    lambda w: w not in SOUNDS and w not in {"div", "del", "img"}
)
DRESS = st.sampled_from(
    ["{}", "<{}>", "< {} >", "</{}>", "|{}|", "[{}]", "**{}**", "_{}_", "`{}`", "# {}", "{}:", "<{}", "{}>", "({}) <"]
)


@given(st.lists(st.tuples(WORDS, DRESS), max_size=12))
def test_every_word_stays_in_its_place(dressed):
    text = " ".join(dress.format(word) for word, dress in dressed)
    for sounds in (NEW_SOUNDS, OLD_SOUNDS):
        assert re.findall(r"\w+", harmless(text, sounds)) == [word for word, _ in dressed]
