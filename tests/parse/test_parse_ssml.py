"""Speech markup."""

from __future__ import annotations

import time
import tracemalloc
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Gap, Script


def read(inside: str, *, name: str = "ep.ssml") -> Script:
    return parse(f"<speak>{inside}</speak>".encode(), name)


def fault(source: str) -> ScriptFault:
    with pytest.raises(ScriptFault) as caught:
        parse(source.encode(), "ep.xml")
    assert all(problem.message and problem.fix for problem in caught.value.problems)
    return caught.value


def test_paragraphs_sentences_and_lines() -> None:
    script = read("\n<p>\n<s>Hello un<emphasis/>believable\nworld</s><s>Next.</s>\nAnd so.</p><p>Last.</p>")
    assert [(t.line, t.gap, t.text) for t in script.turns] == [
        (3, Gap.PARAGRAPH, "Hello unbelievable world"),
        (4, Gap.TURN, "Next. And so."),
        (5, Gap.PARAGRAPH, "Last."),
    ]
    assert [s.line for s in script.turns[1].sentences] == [4, 5]


@pytest.mark.parametrize(
    ("source", "message", "fix", "line"),
    [
        ("<speak>\nCaf&eacute; it is.</speak>", "&eacute;", "write é itself, or &#233;", 2),
        ("<speak>10&nbsp;km</speak>", "&nbsp;", "write the character itself, or &#160;", 1),
        ("<speak>\n<p>One.\n<p>Two.</p>\n</speak>", "<p> is not closed", "write </p> where it ends", 2),
        ("<speak>\n<p>One.", "<p> is not closed", "write </p> where it ends", 2),
        ("<speak>a &wrong; b</speak>", "this is not XML", "close every tag, and write & as &amp; and < as &lt;", 1),
    ],
)
def test_what_is_wrong_in_markup_is_named_with_its_line(source: str, message: str, fix: str, line: int) -> None:
    problem = fault(source).problems[0]
    assert message in problem.message
    assert (problem.fix, problem.line) == (fix, line)


def test_a_real_head_and_other_names_for_tags() -> None:
    script = parse(
        b'\n<?xml version="1.0" encoding="ISO-8859-1"?>\n'
        b'<!DOCTYPE speak PUBLIC "-//W3C//DTD SYNTHESIS 1.0//EN" "http://www.w3.org/TR/speech-synthesis/synthesis.dtd">\n'
        b'<ssml:speak version="1.0" xml:lang="pt-BR" xmlns:ssml="http://www.w3.org/2001/10/synthesis">\n'
        b'<meta name="title" content="A walk"/><meta http-equiv="x" content="y"/><metadata>no</metadata>\n'
        b"<ssml:paragraph><sentence>Ol\xc3\xa1 &amp; bye.</sentence></ssml:paragraph><!-- no --></ssml:speak>\n",
        "ep.ssml",
    )
    assert (script.meta.title, script.meta.language, script.turns[0].text) == ("A walk", "pt-BR", "Olá & bye.")
    assert script.turns[0].line == 6
    assert not script.warnings


def test_a_voice_with_the_name_of_a_particular_is_a_voice() -> None:
    script = read('<meta name="narrator" content="Nat"/>One. <voice name="narrator">Two.</voice><mark name="title"/>')
    assert (script.meta.narrator, script.meta.title) == ("Nat", "")
    assert [turn.speaker for turn in script.turns] == ["Nat", "narrator"]


def test_breaks_are_pauses() -> None:
    script = read(
        'A <break time="500ms"/>b <break strength="strong"/> c <break/> d<break time="1.5s"/><break time="+.5s"/> e'
        '<break strength="none"/> f<break time="0s"/> g'
    )
    assert [(t.pause_s, t.text) for t in script.turns] == [(0, "A"), (0.5, "b"), (0.8, "c"), (0.4, "d"), (2, "e f g")]
    assert fault('<speak>a\n<break time="long"/> b</speak>').problems[0].line == 2


def test_a_break_longer_than_the_longest_pause_is_shortened_with_a_warning() -> None:
    script = read('a\n<break time="90s"/> b <break time="60s"/> c')
    assert [(t.pause_s, t.text) for t in script.turns] == [(0, "a"), (60, "b"), (60, "c")]
    assert [(w.line, w.message) for w in script.warnings] == [(2, "this break is shortened to 60 seconds")]
    assert fault('<speak>a <break time="50s"/>\n<break time="50s"/> b</speak>').problems[0].line == 2


@pytest.mark.parametrize(
    ("inside", "sentences"),
    [
        ("<s>Hello there.</s><s>This is two.</s>", ["Hello there.", "This is two."]),
        ("<s>Hello there</s><s>This is two</s>", ["Hello there", "This is two"]),
        ("One.<s>Two.</s>Three.", ["One.", "Two.", "Three."]),
        ("<s>One\nmore.</s><s>Two.</s>", ["One more.", "Two."]),
        ("<p><s>One.</s></p><p><s>Two!</s><s>Three?</s></p>", ["One.", "Two!", "Three?"]),
    ],
)
def test_sentences_without_a_space_between_stay_apart(inside: str, sentences: list[str]) -> None:
    assert [s.text for turn in read(inside).turns for s in turn.sentences] == sentences


def test_voices_are_speakers() -> None:
    script = read(
        'Hm. <voice name="kore">One. <voice name="Ann">Two.</voice> Three.</voice>\n'
        '<voice gender="female">Four.</voice> <voice>Five.</voice>\n<voice name="ann">Six.</voice>'
    )
    assert [(t.speaker, t.text) for t in script.turns] == [
        (NARRATOR, "Hm."),
        ("kore", "One."),
        ("Ann", "Two."),
        ("kore", "Three."),
        ("female", "Four."),
        (NARRATOR, "Five."),
        ("Ann", "Six."),
    ]
    assert script.meta.voices == {"kore": "Kore"}
    assert [w.line for w in script.warnings] == [1, 2]


def test_front_matter_above_gives_voices_to_the_names_inside() -> None:
    source = (
        '---\ntitle: X\nvoices: {Ann: Puck}\n---\n<?xml version="1.0"?>\n<speak>\n<voice name="Ann">Hi.</voice></speak>'
    )
    script = parse(source.encode(), "ep.ssml")
    assert (script.meta.title, script.meta.voices, script.turns[0].line) == ("X", {"Ann": "Puck"}, 7)
    assert not script.warnings


@pytest.mark.parametrize(
    ("tag", "delivery"),
    [
        ('prosody rate="slow"', "slowly"),
        ('prosody rate="x-fast" volume="soft" pitch="low"', "very quickly, softly, in a low voice"),
        ('prosody rate="80%"', "slowly"),
        ('prosody rate="-40%"', "very slowly"),
        ('prosody rate="1.2"', "quickly"),
        ('prosody rate="+60%"', "very quickly"),
        ('prosody rate="medium" pitch="default"', ""),
        ('prosody pitch="+2st" volume="-6dB"', "more softly, in a higher voice"),
        ('prosody pitch="-10%"', "in a lower voice"),
        ('mstts:express-as style="cheerful"', "cheerful"),
        ('amazon:effect name="whispered"', "whispering"),
        ('google:style name="lively"', "lively"),
    ],
)
def test_prosody_around_sentences_is_their_delivery(tag: str, delivery: str) -> None:
    script = read(f"One. <{tag}>Two. Three.</{tag.split(maxsplit=1)[0]}> Four.")
    assert "".join(t.text for t in script.turns if t.delivery == delivery).startswith(
        "Two. Three." if delivery else "One."
    )
    assert " ".join(t.text for t in script.turns) == "One. Two. Three. Four."
    assert not script.warnings
    assert read(f"<p><{tag}>no end mark</{tag.split(maxsplit=1)[0]}></p><p>x</p>").turns[0].delivery == delivery


def test_an_inner_prosody_goes_before_the_outer_for_what_it_is_about() -> None:
    script = read(
        '<prosody rate="slow" pitch="low">One. <prosody rate="fast" volume="loud">Two. <prosody rate="medium">Three.'
        '</prosody></prosody> <mstts:express-as style="sad">Four.</mstts:express-as></prosody> '
        '<mstts:express-as style="sad"><amazon:effect name="whispered">Five.</amazon:effect></mstts:express-as>'
    )
    assert [(t.text, t.delivery) for t in script.turns] == [
        ("One.", "slowly, in a low voice"),
        ("Two.", "quickly, in a low voice, loudly"),
        ("Three.", "in a low voice, loudly"),
        ("Four.", "slowly, in a low voice, sad"),
        ("Five.", "whispering"),
    ]
    assert not script.warnings


def test_a_pause_parts_a_sentence_so_that_its_pieces_may_be_directed() -> None:
    script = read(
        'The old men spoke, <break time="1s"/><prosody rate="slow">of long ago,</prosody><break strength="strong"/> of'
        ' <emphasis>wars,</emphasis><break time="1s"/><emphasis>and</emphasis> <break strength="none"/> more.'
    )
    assert [(t.text, t.delivery, t.pause_s) for t in script.turns] == [
        ("The old men spoke,", "", 0),
        ("of long ago,", "slowly", 1),
        ("of wars,", "", 0.8),
        ("and more.", "", 1),
    ]
    assert not script.warnings


@pytest.mark.parametrize(
    "inside",
    [
        'I <prosody rate="slow">really</prosody> mean it.',
        '<prosody pitch="middle">High.</prosody>',
        'Hi.<mstts:silence type="Leading" value="200ms"/>',
        '<prosody rate="slow" contour="(0%,+20Hz)">High.</prosody>',
        "It is <emphasis level='reduced'>so</emphasis> it.",
        "It is <emphasis>2026</emphasis> now.",
        '<say-as interpret-as="date">1/2/26</say-as> it is.',
        '<say-as interpret-as="address">12 Mill Rd.</say-as> it is.',
        "<say-as>1/2/26</say-as> it is.",
        '<phoneme alphabet="ipa" ph="x">tomato</phoneme>.',
        '<sub alias="...">Ok</sub> then.',
        'a <mark name="here"/>b.',
        '<audio src="cat.ogg">meow<desc>a cat</desc></audio> it said.',
        '<lexicon uri="x"/>Hi.',
        "<blink>Hi.</blink>",
    ],
)
def test_what_cannot_be_asked_for_is_a_warning_and_its_words_are_spoken(inside: str) -> None:
    script = read(f"\n{inside}")
    assert [w.line for w in script.warnings] == [2]
    words = "".join(part.partition(">")[2] for part in f">{inside}".replace("a cat", "").split("<"))
    assert script.turns[0].text == " ".join(words.split())


def test_foreign_words_are_read_without_ado() -> None:
    script = read('She said <lang xml:lang="fr-FR">bonjour</lang> <w role="x">twice</w>.')
    assert (script.turns[0].text, script.warnings) == ("She said bonjour twice.", ())


def test_xml_that_is_no_speech_markup() -> None:
    problem = fault("<?xml version='1.0'?>\n<feed><title>x</title></feed>").problems[0]
    assert (problem.line, "<feed>" in problem.message) == (2, True)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("<speak>\nTom & Ann</speak>", 2),
        ("<speak>\n<p>x</speak>", 2),
        ("hello", 1),
        ("\n\n<speak>", 3),
        ("<speak>a</speak>\n<speak>b</speak>", 2),
        ("<speak>\n&nbsp;x</speak>", 2),
        ('---\ntitle: x\n---\n<speak lang="&x;">a</speak>', 4),
    ],
)
def test_broken_xml_names_its_line(source: str, line: int) -> None:
    assert fault(source).problems[0].line == line


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))
HOSTILE = [
    f"<!DOCTYPE speak [{LAUGHS}]><speak>&l9;</speak>",
    f'<!DOCTYPE speak [<!ENTITY a "{"a" * 100_000}">]><speak>{"&a;" * 100_000}</speak>',
    '<!DOCTYPE speak [<!ENTITY a SYSTEM "file:///etc/passwd">]><speak>&a;</speak>',
    '<!DOCTYPE speak [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]><speak>x</speak>',
    '<!DOCTYPE speak SYSTEM "http://127.0.0.1:9/x.dtd"><speak>&a;</speak>',
    "<speak>" + "<p>" * 500_000,
    "<speak>" + "<b/>a" * 390_000 + "</speak>",
    "<speak " + " ".join(f'a{i}="x"' for i in range(100_000)) + ' a1="y">x</speak>',
]


@pytest.mark.slow
@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_bombs_are_clear_errors_in_under_a_second_and_100_mb(source: str) -> None:
    began = time.process_time()
    fault(source)
    assert time.process_time() - began < 1
    tracemalloc.start()
    fault(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["&amp;", "a<s/>", "<s>a</s>", "<prosody rate='slow'>a. </prosody>", "<break time='1ms'/>a"]
)
def test_long_markup_costs_no_more_than_its_length(unit: str) -> None:
    source = f"<speak>{unit * (400_000 // len(unit))}</speak>"
    try:
        parse(source.encode(), "ep.ssml")
    except ScriptFault as exc:
        assert exc.problems  # noqa: PT017 - either outcome is fine


WORD = st.text(st.sampled_from("abcdefg<&>é字"), min_size=1, max_size=8).filter(
    lambda word: any(c.isalpha() for c in word)
)
WORDS = st.lists(WORD, min_size=1, max_size=8).map(" ".join)
FORMS = [
    "{}",
    "<p>{}</p>",
    "<s>{}</s>",
    "<emphasis level='strong'>{}</emphasis>",
    "<prosody rate='fast'>{}</prosody>",
    "<break time='1s'/>{}",
    "<lang xml:lang='fr'>{}</lang>",
    "<say-as interpret-as='date'>{}</say-as>",
    "<!-- not this -->{}<mark name='x'/>",
]
PART = st.tuples(st.sampled_from(["", "Kore", "Puck"]), WORDS, st.sampled_from(FORMS))


@given(st.lists(PART, min_size=1, max_size=10))
def test_every_spoken_word_once_in_order_by_the_right_speaker(parts: list[tuple[str, str, str]]) -> None:
    tagged = [f"<voice name='{name}'>{form.format(escape(words))}</voice>" for name, words, form in parts]
    spoken = [(turn.speaker, word) for turn in read("\n".join(tagged)).turns for word in turn.text.split()]
    assert spoken == [(name or NARRATOR, word) for name, words, _ in parts for word in words.split()]
