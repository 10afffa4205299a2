"""What is a speaker and what is prose."""

from __future__ import annotations

import pytest

from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Script

DIALOGUE = "Ann: Hello.\n\nBob: Hello.\n\nAnn: So.\n\n{}\n\nBob: Bye.\n"


def read(text: str, name: str = "ep.md") -> Script:
    return parse(text.encode(), name)


PROSE = [
    "10:30 is when it starts.",
    "At 10:30: nothing.",
    "https://example.org/a:b is the place.",
    "Note: this is prose.",
    "NOTE: this is prose.",
    "Note to self: buy milk.",
    "Three things: milk, eggs, bread.",
    "He said: go home.",
    "She Said: go home.",
    "Re: your letter.",
    "Chapter 3: The Whale.",
    "Chapter Three: The Whale.",
    "Part II: The Sea.",
    "Step 1: breathe.",
    "Warning: hot.",
    "John 3:16 is well known.",
    "1:100 is the scale.",
    "C:\\Users\\me is a folder.",
    "D:/music is a folder.",
    "“Listen: it rains,” she wrote.",
    '"Listen: it rains," she wrote.',
    "P.S.: one more thing.",
    "For example: this.",
    "In short: yes.",
    "The result: nothing.",
    "My advice: rest.",
    "Finally: the end.",
    "mailto:ann is a link.",
    "std::vector is a type.",
    "What I mean is this: nothing.",
    "So here is my question: why?",
    "(Quietly: hm.)",
    "Hinweis: bitte warten.",
    "Zum Beispiel: so.",
    "Drei Dinge: Brot, Milch, Eier.",
    "Er sagte: geh.",
    "Remarque : attention.",
    "Trois choses : rien.",
    "Nota: importante.",
    "Por ejemplo: esto.",
    "Примечание: важно.",
    "Он сказал: да.",
    "注意：很热。",
    "他说：好。",
    "例：これ。",
    "ملاحظة: مهم.",
    "הערה: חשוב.",
    "Ingredients: flour and water.",
    "Fun fact: it floats.",
    "Q3 revenue: up by four.",
]


@pytest.mark.parametrize("line", PROSE)
def test_prose_in_a_dialogue_stays_with_the_speaker(line: str) -> None:
    turns = read(DIALOGUE.format(line)).turns
    assert [t.speaker for t in turns] == ["Ann", "Bob", "Ann", "Ann", "Bob"]
    assert turns[3].text.replace(" ", "") == line.replace(" ", "")


@pytest.mark.parametrize("line", PROSE)
@pytest.mark.parametrize("name", ["ep.md", "ep.txt"])
def test_prose_in_a_narration_stays_prose(line: str, name: str) -> None:
    script = read(f"It was a long day.\n\n{line}\n\nThen we slept.\n\n{line}\n", name)
    assert script.speakers == (NARRATOR,)


NAMES = [
    "Ann", "ANN", "Mary Ann", "Dr. Lee", "J. R. Hart", "R2D2", "Speaker 1", "SPEAKER_00", "O'Brien", "O’Brien", "Host",
    "María de la Cruz", "Ludwig van der Berg", "Q", "A", "Person1", "Old Man", "The Doctor", "Ann & Bob", "Jean-Luc",
    "Иван", "Ιωάννης", "李雷", "佐藤", "김철수", "राहुल", "أحمد", "שרה", "สมชาย", "Nguyễn Văn", "3PO", "AI-7",
    "St. John", "Ñandú", "Ärzte",
]  # fmt: skip
OTHER = "Zacharias"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["{}: {}", "**{}:** {}", "**{}**: {}", "*{}:* {}", "__{}__: {}", "{}：{}", "{} : {}"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_names_that_recur_are_speakers(name: str, form: str, gap: str) -> None:
    words = [(name, "One."), (OTHER, "Two."), (name, "Three."), (OTHER, "Four.")]
    script = read(gap.join(form.format(*pair) for pair in words))
    assert [(t.speaker, t.text) for t in script.turns] == words
    assert not script.warnings


@pytest.mark.parametrize("name", ["Cid", "Dr. Lee", "Mary Ann", "Иван", "李雷", "María de la Cruz", "Caller"])
def test_a_name_in_a_dialogue_of_others_is_a_speaker_at_once(name: str) -> None:
    script = read(DIALOGUE.format(f"{name}: Hi there."))
    assert script.speakers == ("Ann", "Bob", name)
    assert not script.warnings


@pytest.mark.parametrize(
    "text",
    [
        "Ann: hi\nBob: ho",
        "Ann: Hi.\n\nBob: Ho.",
        "Welcome.\n\nAnn: Hi.\n\nBob: Ho.",
        "# Title\n\nAnn: Hi.\n\nBob: Ho.",
    ],
)
def test_a_short_dialogue_needs_no_recurrence(text: str) -> None:
    assert {"Ann", "Bob"} <= set(read(text).speakers)


def test_the_only_label_counts_if_the_script_opens_with_it() -> None:
    assert read("Ann: Hello.\n\nAnd so on.").speakers == ("Ann",)
    assert read("Rome grew.\n\nRome: a city.\n\nIt burned.").speakers == (NARRATOR,)


def test_declared_names_are_always_speakers() -> None:
    script = read("---\nvoices: {note: Kore, three things: Puck}\n---\nHello.\n\nNote: hi.\n\nThree things: ho.")
    assert script.speakers == (NARRATOR, "note", "three things")


def test_case_stops_and_apostrophes_make_no_other_speaker() -> None:
    script = read("Dr. O’Neil: a\n\nBOB: b\n\nDR. O'NEIL: c\n\nBob: d\n\nDr O'Neil: e\n\nbob: f")
    assert script.speakers == ("Dr. O’Neil", "BOB")


def test_the_declared_spelling_is_shown() -> None:
    assert read("---\nvoices: {Ann: Kore}\n---\nANN: Hi.\n\nBob: Ho.\n\nann: Ha.").speakers == ("Ann", "Bob")


@pytest.mark.parametrize(
    ("label", "delivery"),
    [
        ("Ann (whispering)", "whispering"),
        ("Ann (V.O.)", ""),
        ("ANN (O.S.)", ""),
        ("ANN (CONT'D)", ""),
        ("ANN (CONT’D)", ""),
        ("ANN (V.O.) (CONT'D)", ""),
        ("ANN (V.O., whispering)", "whispering"),
        ("ANN (V.O.) (tired, slow)", "tired, slow"),
        ("Ann [excited]", "excited"),
        ("Ann (host)", ""),
        ("Ann (00:12:33)", ""),
        ("**Ann (softly)**", "softly"),
        ("**Ann** (softly)", "softly"),
        ("[00:12:33] Ann", ""),
        ("00:12 - Ann", ""),
        ("Ann  (on the phone)", "on the phone"),
    ],
)
def test_deliveries_and_screenplay_extensions(label: str, delivery: str) -> None:
    script = read(f"Ann: Hello.\n\nBob: Hi.\n\n{label}: Words.\n\nBob: Bye.")
    assert script.speakers == ("Ann", "Bob")
    assert (script.turns[2].text, script.turns[2].delivery) == ("Words.", delivery)


def test_a_bold_line_loses_no_word() -> None:
    assert [t.text for t in read("**Ann: Hello you**\n\nBob: Hi.\n\nAnn: Yes.").turns] == ["Hello you", "Hi.", "Yes."]


def test_brackets_behind_the_name_are_spoken_with_a_warning() -> None:
    script = read("Ann: (laughs) Hello.\n\nBob: Hi.")
    assert script.turns[0].text == "(laughs) Hello."
    assert [w.line for w in script.warnings] == [1]


def test_a_missing_space_behind_the_colon_of_a_known_speaker() -> None:
    assert [t.speaker for t in read("Ann: One.\n\nBob:Two.\n\nAnn:Three.\n\nBob: Four.").turns] == [
        "Ann",
        "Bob",
        "Ann",
        "Bob",
    ]


def test_lists_hold_speakers_only_if_the_script_is_a_list_or_knows_them() -> None:
    assert read("- **Ann**: One.\n- **Bob**: Two.\n- **Ann**: Three.").speakers == ("Ann", "Bob")
    script = read("Ann: My list.\n\n- Pros: cheap.\n- Cons: slow.\n- Milk: no.\n\nBob: Hm.\n\n- Ann: yes.\n")
    assert script.speakers == ("Ann", "Bob")
    assert [t.text for t in script.turns][1:4] == ["Pros: cheap.", "Cons: slow.", "Milk: no."]


def test_a_word_in_the_middle_of_a_wrapped_sentence_is_no_speaker() -> None:
    text = "Ann: We walked all night and at last we came to the city of\nPetra: red.\nBob: Oh.\nAnn: Yes.\nBob: H."
    assert read(text).speakers == ("Ann", "Bob")


FOUR = "Ann: a\n\nBarbara: b\n\nAnn: c\n\nBarbara: d\n\n{}: e\n\nAnn: f"


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("Anm", "Ann"), ("Anne", "Ann"), ("Nan", "Ann"), ("anm", "Ann"), ("Barbra", "Barbara"), ("Babrara", "Barbara")],
)
def test_a_typing_slip_is_a_warning_with_line_and_likely_name(slip: str, meant: str) -> None:
    script = read(FOUR.format(slip))
    assert script.speakers == ("Ann", "Barbara", slip)
    assert [w.line for w in script.warnings] == [9]
    assert f'"{slip}"' in script.warnings[0].message
    assert f'"{meant}"' in script.warnings[0].message


@pytest.mark.parametrize("name", ["Jan", "Una", "Barbarossa", "Cid"])
def test_another_name_is_no_slip(name: str) -> None:
    script = read(FOUR.format(name))
    assert script.speakers == ("Ann", "Barbara", name)
    assert not script.warnings


@pytest.mark.parametrize(
    "pair", [("Host 1", "Host 2"), ("Host A", "Host B"), ("Tom", "Eve"), ("SPEAKER_00", "SPEAKER_01")]
)
def test_names_that_are_meant_to_be_alike_are_no_slips(pair: tuple[str, str]) -> None:
    script = read(f"{pair[0]}: a\n\n{pair[1]}: b\n\n{pair[0]}: c\n\n{pair[0]}: d")
    assert script.speakers == pair
    assert not script.warnings


def test_a_declared_name_is_no_slip() -> None:
    text = "---\nvoices: {Anna: Kore}\n---\nAnn: a\n\nAnna: b\n\nAnn: c"
    assert not read(text).warnings


def test_a_recurring_announcement_stays_prose() -> None:
    text = "We begin.\n\nLesson 1: rest.\n\nOn.\n\nLesson 2: more.\n\nKey takeaway: rest.\n\nTip: rest.\n\nTip: go."
    assert read(text).speakers == (NARRATOR,)


def test_where_nearly_all_paragraphs_have_a_name_names_need_no_capitals() -> None:
    chat = [
        ("Ann Lee", "Hello."),
        ("durga prasad", "Yes."),
        ("Ann Lee", "So."),
        ("bob", "No."),
        ("Ann Lee", "Well."),
    ] * 3
    chat.insert(4, ("md aziz", "Once."))
    script = read("\n\n".join(f"{name}: {words}" for name, words in chat))
    assert [(t.speaker, t.text) for t in script.turns] == chat


LOUD = "FAUST: Eins.\n\nWAGNER: Zwei.\n\nFAUST: Drei.\n\nWAGNER: Vier.\n\nFAUST: Ende."


@pytest.mark.parametrize("name", ["EIN BÜRGER", "DIE ZWEITEN", "A SERVANT", "TWO MEN", "LES AUTRES"])
def test_where_names_are_in_capitals_they_may_begin_with_an_article_or_a_number(name: str) -> None:
    assert read(f"{LOUD}\n\n{name}: Ja.\n\nFAUST: So.").speakers == ("FAUST", "WAGNER", name)
    assert read(f"{LOUD.title()}\n\n{name.title()}: Ja.\n\nFaust: So.").speakers == ("Faust", "Wagner")


@pytest.mark.parametrize("words", ["NOTE: x.", "CHAPTER 3: x.", "SCENE: x.", "WARNING: x."])
def test_announcements_in_capitals_stay_words(words: str) -> None:
    assert read(f"{LOUD}\n\n{words}\n\nFAUST: So.").speakers == ("FAUST", "WAGNER")


def test_a_name_in_front_of_nothing_but_an_address_is_a_word() -> None:
    text = "Folien: https://example.org/x\n\nHeute geht es um Brot.\n\nEs ist alt."
    assert read(text).speakers == (NARRATOR,)
    assert read(text.replace("https://example.org/x", "www.example.org")).speakers == (NARRATOR,)


@pytest.mark.parametrize("line", ["Talk Language: English", "Release Date: today", "Working Title: Bread"])
def test_particulars_above_a_text_are_no_speakers(line: str) -> None:
    assert read(f"{line}\n\nIt was a long day.\n\nWe slept.").speakers == (NARRATOR,)
