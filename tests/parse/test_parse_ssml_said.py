"""Speech markup that has other words said than are shown: sub, say-as, emphasis; each at its place and nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth import casting, stress
from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.plan import plan
from voicebooth.pronounce import pronounced
from voicebooth.script import Script
from voicebooth.speech import Engine


def read(inside: str, language: str = "en") -> Script:
    return parse(f'<speak xml:lang="{language}">{inside}</speak>'.encode(), "ep.ssml")


def said(inside: str, language: str = "en") -> tuple[str, str]:
    """Return what is shown and what is said, stress in capitals, of markup that is read without a warning."""
    script = pronounced(read(inside, language))
    assert script.warnings == ()
    turns = script.turns
    return " ".join(turn.text for turn in turns), stress.capitals(" ".join(turn.spoken for turn in turns))


def warned(inside: str, language: str = "en") -> list[tuple[int | None, str, str]]:
    return [(w.line, w.message, w.fix) for w in read(inside, language).warnings]


@pytest.mark.parametrize(
    ("inside", "shown", "spoken"),
    [
        (
            'The <sub alias="World Wide\nWeb  Consortium">W3C</sub> met.',
            "The W3C met.",
            "The World Wide Web Consortium met.",
        ),
        ('I <sub alias="red">read</sub> it. You read it.', "I read it. You read it.", "I red it. You read it."),
        ('<sub alias="one">No. 1</sub>, <sub alias="two">No. 1</sub>.', "No. 1, No. 1.", "one, two."),
        ('<say-as interpret-as="digits">1</say-as><say-as interpret-as="cardinal">23</say-as>4', "1234", "1 23 4"),
        ('See<sub alias="chapter three"> ch. 3 </sub>now.', "See ch. 3 now.", "See chapter three now."),
        ('un<sub alias="bar">foo</sub>ed', "unfooed", "un bar ed"),
        ('Salt <sub alias="and">&amp;</sub> pepper.', "Salt & pepper.", "Salt and pepper."),
        ('<sub alias="a &lt;b&gt; c">x</sub>', "x", "a <b> c"),
        (
            '<p><sub alias="Doctor">Dr.</sub> Lee came. She left.</p>',
            "Dr. Lee came. She left.",
            "Doctor Lee came. She left.",
        ),
        ('<sub alias="two words">a\nb</sub> c', "a b c", "two words c"),
        ('<lang xml:lang="de"><sub alias="zum Beispiel">z. B.</sub></lang> so', "z. B. so", "zum Beispiel so"),
    ],
)
def test_an_alias_is_said_at_its_place_and_the_words_are_shown(inside: str, shown: str, spoken: str) -> None:
    assert said(inside) == (shown, spoken)


def test_a_substitute_without_words_is_shown_as_it_is_said() -> None:
    script = read('Hello <sub alias="there"/>.')
    assert (script.turns[0].text, script.turns[0].spoken) == ("Hello there.", "Hello there.")
    assert len(script.warnings) == 1


def test_pronunciations_are_for_what_is_said_aliases_included() -> None:
    front = "---\npronounce: {W3C: double you three see, Consortium: con sore shum, read: reed, 'SQL': sequel}\n---\n"
    inside = (
        'The <sub alias="Web Consortium">W3C</sub> met. The W3C <sub alias="red">read</sub> and we read. '
        'Spell <say-as interpret-as="characters">SQL</say-as>, say SQL.'
    )
    script = pronounced(parse(f"{front}<speak>{inside}</speak>".encode(), "ep.ssml"))
    assert script.turns[0].spoken == (
        "The Web con sore shum met. The double you three see red and we reed. Spell S Q L, say sequel."
    )
    assert script.turns[0].text == "The W3C met. The W3C read and we read. Spell SQL, say SQL."
    assert script.warnings == ()


def test_an_entry_for_words_that_all_have_an_alias_is_of_no_use() -> None:
    source = '---\npronounce: {W3C: see}\n---\n<speak>The <sub alias="Web Consortium">W3C</sub> met.</speak>'
    script = pronounced(parse(source.encode(), "ep.ssml"))
    assert script.turns[0].spoken == "The Web Consortium met."
    assert [w.line for w in script.warnings] == [2]


def test_an_address_in_an_alias_is_written_out_like_any_other() -> None:
    assert said('Go to <sub alias="www.example.org">our site</sub>.') == (
        "Go to our site.",
        "Go to www dot example dot org.",
    )


@pytest.mark.parametrize(
    ("inside", "spoken"),
    [
        ('<say-as interpret-as="date" format="mdy">1/2/2026</say-as> it is.', "January 2, 2026 it is."),
        ('Spell <say-as interpret-as="characters">a b</say-as>!', "Spell a b!"),
        ('The <say-as interpret-as="ordinal"> 3 </say-as> time.', "The 3rd time."),
        ('<say-as interpret-as="date:dmy">1.2.2026</say-as> is old.', "February 1, 2026 is old."),
        ('<say-as type="ordinal">3</say-as> is a draft.', "3rd is a draft."),
        ('At <say-as interpret-as="time" format="hms12">2:30pm</say-as>.', "At 2:30pm."),
        ('<s xml:lang="de">Am <say-as interpret-as="date">2026-01-02</say-as>.</s>', "Am 2. Januar 2026."),
        ('<lang xml:lang="fr">le <say-as interpret-as="ordinal">1</say-as></lang>', "le 1er"),
        ('<voice name="Kore" xml:lang="es">el <say-as interpret-as="ordinal">1</say-as></voice>', "el 1.º"),
    ],
)
def test_say_as_is_written_out_in_the_language_of_its_words(inside: str, spoken: str) -> None:
    assert said(inside)[1] == spoken


def test_the_language_goes_with_its_element() -> None:
    day = '<say-as interpret-as="date">2026-01-02</say-as>'
    script = read(f'<p xml:lang="de"><s>{day}.</s><s xml:lang="fr">{day}.</s><s>{day}.</s></p><p>{day}.</p>')
    assert [turn.spoken for turn in script.turns] == [
        "2. Januar 2026. 2 janvier 2026. 2. Januar 2026.",
        "January 2, 2026.",
    ]


def test_what_cannot_be_read_says_why_and_what_to_do() -> None:
    words = '\n<say-as interpret-as="ordinal">3</say-as> it is'
    told = 'these words cannot be read as "ordinal"; they are spoken as they stand'
    assert warned(words, "ja") == [(2, told, "write out what should be heard")]
    assert warned(words, "") == [(2, told, "name the language: <speak xml:lang='en'>")]
    assert read(words, "ja").turns[0].spoken == "3 it is"
    (warning,) = warned('<say-as interpret-as="date" format="mdy">31/12/2026</say-as>')
    assert "spoken as they stand" in warning[1]
    (warning,) = warned('<say-as interpret-as="date">31/12/2026</say-as>')
    assert warning[2] == 'say in which order its parts stand: format="mdy"'


def test_phonemes_are_told_of_with_the_way_that_there_is() -> None:
    assert warned('A <phoneme alphabet="ipa" ph="x">pecan</phoneme>.') == [
        (1, "no phonemes are sent; the words inside are spoken as they stand", 'say how they sound: <sub alias="…">')
    ]
    (warning,) = warned('A\n<phoneme ph="x"/> pie.')
    assert warning == (2, "no phonemes are sent, and there are no words inside", "write the words")


def test_a_bleep_is_said_and_told_of() -> None:
    script = read('Oh\n<say-as interpret-as="expletive">damn</say-as>!')
    assert (script.turns[0].text, script.turns[0].spoken) == ("Oh damn!", "Oh bleep!")
    assert [(w.line, "bleep" in w.message) for w in script.warnings] == [(2, True)]


@pytest.mark.parametrize(
    ("inside", "shown", "spoken"),
    [
        ("It is <emphasis>so very</emphasis> small.", "It is so very small.", "It is SO VERY small."),
        ("It <emphasis> is  so </emphasis> small", "It is so small", "It IS SO small"),
        ("It is un<emphasis>believ</emphasis>able.", "It is unbelievable.", "It is unBELIEVable."),
        ('I <emphasis level="strong">said (pause 1s) no</emphasis> to it.', "I said no to it.", "I SAID NO to it."),
        ('It <emphasis level="none">is so</emphasis> small.', "It is so small.", "It is so small."),
        (
            'An <emphasis>old <sub alias="doctor">Dr.</sub> <say-as interpret-as="ordinal">3</say-as></emphasis> yes',
            "An old Dr. 3 yes",
            "An OLD DOCTOR 3RD yes",
        ),
        ("Give <emphasis>it to us, now</emphasis> please.", "Give it to us, now please.", "Give it TO us, NOW please."),
        ("I <emphasis>said. And &lt;laugh&gt; how</emphasis> I did.", "I said. And <laugh> how I did.", None),
        ("O <emphasis>große</emphasis> Not", "O große Not", "O GROẞE Not"),
    ],
)
def test_stress_inside_a_sentence(inside: str, shown: str, spoken: str | None) -> None:
    assert said(inside) == (shown, spoken or "I SAID. AND <laugh> HOW I did.")


def test_emphasis_around_sentences_is_their_delivery() -> None:
    script = read('Yes. <emphasis>No.</emphasis> <p><emphasis level="strong">Stop here</emphasis></p>')
    assert [(t.text, t.delivery) for t in script.turns] == [
        ("Yes.", ""),
        ("No.", "emphatically"),
        ("Stop here", "very emphatically"),
    ]
    assert script.warnings == ()


@pytest.mark.parametrize(
    ("inside", "language"),
    [
        ("这 <emphasis>很</emphasis> 好", "zh"),
        ("Give <emphasis>it</emphasis> to me", "en"),
        ("Der <emphasis>2026</emphasis> da", "de"),
        ("Bu <emphasis>iyi</emphasis> mi", "tr-TR"),
        ("An <emphasis>SQL</emphasis> query", "en"),
    ],
)
def test_stress_that_capitals_cannot_ask_for_is_a_warning(inside: str, language: str) -> None:
    script = read(f"\n{inside}", language)
    assert [(w.line, w.message) for w in script.warnings] == [
        (2, "this emphasis cannot be asked for; the words are spoken")
    ]
    assert script.turns[0].spoken == script.turns[0].text


def test_a_pronunciation_is_found_in_stressed_words_and_stressed() -> None:
    source = "---\npronounce: {Nguyen: win, New York: Noo Yawk}\n---\n"
    source += "<speak>So <emphasis>Nguyen</emphasis> of <emphasis>New York</emphasis> said.</speak>"
    script = pronounced(parse(source.encode(), "ep.ssml"))
    assert stress.capitals(script.turns[0].spoken) == "So WIN of NOO YAWK said."
    assert (script.turns[0].text, script.warnings) == ("So Nguyen of New York said.", ())


ENGINE = Engine("test/1", "test-tts", longest_request_s=480.0)


def keys(alias: str, known: Collection[str] = ()) -> set[str]:
    """Return the keys of a script's segments, of which some are paid for."""
    voices = "".join(
        f'<voice name="{name}">{"Some words of no importance. " * 12}</voice>' for name in ("Kore", "Puck", "Leda")
    )
    script = pronounced(read(f'{voices}<voice name="Kore">The <sub alias="{alias}">W3C</sub> met.</voice>{voices}'))
    segments = plan(script, casting.cast(script), ENGINE, segment_s=20, known=known).segments
    return {segment.key for segment in segments}


def test_a_changed_alias_changes_the_key_of_its_segment_alone() -> None:
    before = keys("Web Consortium")
    after = keys("Web Consortium again", known=before)
    assert len(before) > 3
    assert len(before - after) == len(after - before) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ['<sub alias="x">y</sub> ', "a <emphasis>b</emphasis>", '<say-as interpret-as="digits">12</say-as>']
)
def test_many_sayings_on_one_line_cost_no_more_than_their_length(unit: str) -> None:
    script = read(unit * 15_000 + "end")
    assert sum(len(sentence.spoken) for turn in script.turns for sentence in turn.sentences) > 29_000


WORD = st.text(st.sampled_from("abcdé字&<"), min_size=1, max_size=6).filter(lambda word: any(map(str.isalpha, word)))
WORDS = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
PLAIN = WORDS.map(lambda words: (escape(words), words, words))
SPACE = st.sampled_from([" ", "\n", ". "]).map(lambda space: (space, space, space))
SUB = st.tuples(WORDS, WORDS).map(lambda two: (f"<sub alias={quoteattr(two[1])}>{escape(two[0])}</sub>", *two))
DIGITS = st.from_regex(r"\A[0-9]{1,4}\Z").map(
    lambda text: (f'<say-as interpret-as="digits">{text}</say-as>', text, " ".join(text))
)
AROUND = [
    "<emphasis>{}</emphasis>", '<emphasis level="none">{}</emphasis>', "<s>{}</s>", "<p>{}</p>",
    '<prosody rate="slow">{}</prosody>', '<voice name="Puck">{}</voice>', '<lang xml:lang="fr">{}</lang>',
    '{}<break time="1s"/>', '<phoneme ph="x">{}</phoneme>', "<blink>{}</blink>", '<mark name="x"/>{}',
]  # fmt: skip
Piece = tuple[str, str, str]  # markup, shown, said


def nested(pieces: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    def joined(form: str, several: list[Piece]) -> Piece:
        markup, shown, spoken = ("".join(parts) for parts in zip(*several, strict=True))
        return form.format(markup), shown, spoken

    return st.builds(joined, st.sampled_from(AROUND), st.lists(pieces, min_size=1, max_size=4))


NESTED = st.recursive(st.one_of(PLAIN, SPACE, SUB, DIGITS), nested, max_leaves=12)


def squeezed(text: str) -> str:
    """Return the words alone: without stress, what parts them, and stops, which are left out where they are alone."""
    return "".join(stress.unmarked(text).replace(".", "").split())


@pytest.mark.slow
@given(st.lists(NESTED, min_size=1, max_size=5))
def test_in_any_nesting_all_is_shown_and_each_alias_is_said_once_in_its_place(pieces: list[Piece]) -> None:
    markup, shown, spoken = ("".join(parts) for parts in zip(*pieces, strict=True))
    turns = read(f"Begin. {markup} End.").turns
    assert squeezed("".join(turn.text for turn in turns)) == squeezed(f"Begin {shown} End")
    assert squeezed("".join(turn.spoken for turn in turns)) == squeezed(f"Begin {spoken} End")


VALUE = st.text(st.sampled_from("0123456789/.-:%+ '?mdyhsABéx字"), max_size=9) | st.sampled_from([
    "date", "ordinal", "unit", "telephone", "fraction", "mdy", "strong", "reduced", "slow", "de", "tr", "Kore", "10 km",
])  # fmt: skip
TAG = st.sampled_from([
    "emphasis", "sub", "say-as", "prosody", "voice", "p", "s", "break", "lang", "phoneme", "mark", "audio", "blink",
    "mstts:express-as", "w", "desc", "meta",
])  # fmt: skip
NAME = st.sampled_from(["alias", "interpret-as", "format", "level", "rate", "name", "time", "xml:lang", "style", "ph"])


def tree(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def made(tag: str, attributes: dict[str, str], several: list[str]) -> str:
        given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        return f"<{tag}{given}>{''.join(several)}</{tag}>"

    return st.builds(made, TAG, st.dictionaries(NAME, VALUE, max_size=3), st.lists(inside, max_size=4))


TREE = st.recursive(VALUE.map(escape) | st.sampled_from(["Yes. ", "(pause 1s)", "1/2/2026", "\n"]), tree, max_leaves=20)


@pytest.mark.slow
@given(st.lists(TREE, max_size=6), st.sampled_from(["", "en", "de-CH", "tr", "ja"]))
def test_any_markup_is_a_script_whose_words_fit_or_a_fault(several: list[str], language: str) -> None:
    try:
        script = pronounced(read("".join(several), language))
    except ScriptFault as fault:
        script, problems = None, fault.problems
    else:
        problems = script.warnings
    assert all(problem.message for problem in problems)
    for sentence in (sentence for turn in (script.turns if script else ()) for sentence in turn.sentences):
        assert sentence.text == " ".join(sentence.text.split())
        assert sentence.say != sentence.text
        assert sentence.say == sentence.say.strip()
        assert any(map(str.isalnum, sentence.spoken))
