"""Speech markup as the pages of Google, Amazon, Microsoft and the W3C have it: their elements and habits, our words."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from voicebooth import stress
from voicebooth.parse import parse
from voicebooth.pronounce import pronounced


class Family(NamedTuple):
    source: str
    turns: list[tuple[str, str, float, str, str]]  # speaker, delivery, pause, what is shown, what is said; "": the same
    warnings: list[tuple[int, str]]  # line, and a part of what is told


GOOGLE = Family(
    """<speak>
  You can spell <say-as interpret-as="characters">SSML</say-as>, wait <break time="3"/> and go on.
  The tram at <say-as interpret-as="time" format="hms12">2:30pm</say-as> is number
  <say-as interpret-as="cardinal">10</say-as>; call <say-as interpret-as="telephone">(555) 010-0199</say-as>.
  <audio src="https://www.example.com/bell.ogg">a bell rings<desc>a bell</desc></audio>
  <par><media xml:id="talk" begin="0.5s"><speak>Below.</speak></media></par>
  <sub alias="He">H.</sub> says <say-as interpret-as="bleep">drat</say-as>.
  <google:style name="lively">Come in, come in!</google:style>
  <voice gender="female" variant="2" required="gender">And so she went.</voice>
  <p><s>This is one.</s><s>This is two</s></p>
</speak>""",
    [
        ("Narrator", "", 0, "You can spell SSML, wait", "You can spell S S M L, wait"),
        (
            "Narrator",
            "",
            3,
            "and go on. The tram at 2:30pm is number 10; call (555) 010-0199. a bell rings Below. H. says drat.",
            "and go on. The tram at 2:30pm is number 10; call 5 5 5, 0 1 0, 0 1 9 9. a bell rings Below. He says beep.",
        ),
        ("Narrator", "lively", 0, "Come in, come in!", ""),
        ("female", "", 0, "And so she went.", ""),
        ("Narrator", "", 0, "This is one. This is two", ""),
    ],
    [
        (5, "a sound file is not played"),
        (6, "<par> is not understood"),
        (6, "<media> is not understood"),
        (7, 'a bleep is not played: "beep"'),
        (9, 'there is no voice "female"'),
    ],
)

AMAZON = Family(
    """<speak>
    <amazon:domain name="conversational">We are on air.</amazon:domain>
    <amazon:effect name="whispered">Not a word to anybody.</amazon:effect>
    <amazon:emotion name="excited" intensity="medium">We won the cup!</amazon:emotion>
    <amazon:effect name="drc">Loud and clear.</amazon:effect>
    <amazon:effect vocal-tract-length="+15%">Bigger than before.</amazon:effect>
    He ran it in <say-as interpret-as="time">1'21"</say-as><amazon:breath duration="long"/>
    I <w role="amazon:VBD">read</w> it on <say-as interpret-as="date" format="yyyymmdd">????0922</say-as>.
    <prosody volume="loud" rate="x-slow">Every word counts.</prosody>
    <lang xml:lang="fr-FR">Bonjour</lang>, <phoneme alphabet="x-sampa" ph='pI"kA:n'>pecan</phoneme> pie.
    <say-as interpret-as="interjection">Great Scott!</say-as><mark name="end"/>
</speak>""",
    [
        ("Narrator", "conversational", 0, "We are on air.", ""),
        ("Narrator", "whispering", 0, "Not a word to anybody.", ""),
        ("Narrator", "excited", 0, "We won the cup!", ""),
        (
            "Narrator",
            "",
            0,
            "Loud and clear. Bigger than before. He ran it in 1'21\" I read it on ????0922.",
            "",
        ),
        ("Narrator", "very slowly, loudly", 0, "Every word counts.", ""),
        ("Narrator", "", 0, "Bonjour, pecan pie. Great Scott!", ""),
    ],
    [
        (5, "<amazon:effect> asks for by name cannot be put in words"),
        (6, "asks for by vocal-tract-length cannot be put in words"),
        (7, 'cannot be read as "time"'),
        (7, "<amazon:breath> is not understood; it is left out"),
        (8, 'cannot be read as "date"'),
        (10, "no phonemes are sent"),
        (11, 'cannot be read as "interjection"'),
        (11, "a mark makes no sound"),
    ],
)

MICROSOFT = Family(
    """<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis"
       xmlns:mstts="https://www.w3.org/2001/mstts" xml:lang="en-US">
  <mstts:backgroundaudio src="https://www.example.com/rain.wav" volume="0.7"/>
  <voice name="en-US-AvaMultilingualNeural">
    <lexicon uri="https://www.example.com/lexicon.xml"/>
    <mstts:express-as style="poetry-reading" styledegree="2">The rain has stopped.</mstts:express-as>
    <mstts:silence type="Sentenceboundary" value="200ms"/>
    It is <say-as interpret-as="date" format="dmy">19/10/2026</say-as>, the
    <say-as interpret-as="ordinal">3rd</say-as> day, and <emphasis level="moderate">nobody</emphasis> came.
    <bookmark mark="here"/>It is <say-as interpret-as="number_digit">42</say-as>.
  </voice>
  <voice name="Puck">
    <s xml:lang="de-DE">Das macht <say-as interpret-as="currency">12 EUR</say-as>.</s>
    <prosody contour="(0%,+20Hz) (90%,+30%)">Really?</prosody>
    It took <say-as interpret-as="duration" format="hms">01:18:30</say-as>.
  </voice>
</speak>""",
    [
        ("en-US-AvaMultilingualNeural", "poetry reading", 0, "The rain has stopped.", ""),
        (
            "en-US-AvaMultilingualNeural",
            "",
            0,
            "It is 19/10/2026, the 3rd day, and nobody came. It is 42.",
            "It is October 19, 2026, the 3rd day, and NOBODY came. It is 4 2.",
        ),
        (
            "Puck",
            "",
            0,
            "Das macht 12 EUR. Really? It took 01:18:30.",
            "Das macht 12 Euro. Really? It took 1 hour, 18 minutes, 30 seconds.",
        ),
    ],
    [
        (3, "<mstts:backgroundaudio> is not understood; it is left out"),
        (4, "there is no voice"),
        (5, "a lexicon file is not read"),
        (7, "<mstts:silence> is not understood; it is left out"),
        (10, "<bookmark> is not understood; it is left out"),
        (14, "<prosody> asks for by contour cannot be put in words"),
    ],
)

W3C = Family(
    """<?xml version="1.0"?>
<!DOCTYPE speak PUBLIC "-//W3C//DTD SYNTHESIS 1.0//EN"
                  "http://www.w3.org/TR/speech-synthesis/synthesis.dtd">
<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis"
       xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
       xsi:schemaLocation="http://www.w3.org/2001/10/synthesis
                   http://www.w3.org/TR/speech-synthesis11/synthesis.xsd"
       xml:lang="en-GB">
  <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>
  <meta name="author" content="A. Writer"/>
  <paragraph>
    <sentence>You have four new messages.</sentence>
    <sentence>The first is from <token role="name">Stephanie</token>, and arrived at
      <say-as interpret-as="vxml:time">3:45pm</say-as>.</sentence>
    <sentence>The subject is <prosody rate="-20%">ski trip</prosody></sentence>
  </paragraph>
  <p><voice gender="male" age="30">He said <emphasis>never</emphasis>
    <break strength="weak"/> again.</voice></p>
  <lookup ref="pls"><w>Schloss</w></lookup> it is, <say-as interpret-as="vxml:number">1995</say-as> of them.
</speak>""",
    [
        (
            "Narrator",
            "",
            0,
            "You have four new messages. The first is from Stephanie, and arrived at 3:45pm. The subject is ski trip",
            "",
        ),
        ("male", "", 0, "He said never", "He said NEVER"),
        ("male", "", 0.2, "again.", ""),
        ("Narrator", "", 0, "Schloss it is, 1995 of them.", "Schloss it is, 1,995 of them."),
    ],
    [
        (15, "<prosody> inside of a sentence"),
        (17, 'there is no voice "male"'),
        (19, "a lexicon file is not read"),
    ],
)


@pytest.mark.parametrize("family", [GOOGLE, AMAZON, MICROSOFT, W3C], ids=["Google", "Amazon", "Microsoft", "W3C"])
def test_a_family_of_speech_markup(family: Family) -> None:
    script = pronounced(parse(family.source.encode(), "ep.ssml"))
    found = [
        (turn.speaker, turn.delivery, turn.pause_s, turn.text, stress.capitals(turn.spoken)) for turn in script.turns
    ]
    assert found == [(*told, shown, said or shown) for *told, shown, said in family.turns]
    told = [(warning.line, warning.message) for warning in script.warnings]
    assert [line for line, _ in told] == [line for line, _ in family.warnings]
    assert all(part in message for (_, message), (_, part) in zip(told, family.warnings, strict=True))
