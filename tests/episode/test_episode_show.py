"""What the settings say for all scripts of a show: narrator, spelling, lexicon. A script's own word goes first."""

from __future__ import annotations

import pytest

from studio import Booth
from voicebooth.errors import ScriptFault

SCREENPLAY = "Title: Rain\nlanguage: en\n\nINT. HALL\n\nRain falls.\n\nANN\nStill?\n"
PLAIN = "---\nlanguage: en\n---\nAnn: We use SQL on 2026-11-24.\n"


def words(booth: Booth) -> str:
    """Return all that was asked for."""
    return " / ".join(text for request in booth.gemini.requests for _, text in request.heard.lines)


@pytest.mark.slow
def test_the_action_of_a_screenplay_is_read_by_the_narrator_of_the_settings(folders: Booth) -> None:
    folders.put(SCREENPLAY, "ep.fountain")
    assert [role.speaker for role in folders.make("ep.fountain").cast] == ["ANN"]
    narrated = folders.with_options(narrator="Nat")
    assert [role.speaker for role in narrated.make("ep.fountain").cast] == ["Nat", "ANN"]
    assert "Rain falls." in words(folders)
    asked = len(folders.gemini.requests)
    narrated.make("ep.fountain")
    assert len(folders.gemini.requests) == asked


@pytest.mark.slow
def test_what_is_written_out_is_a_matter_of_the_settings_unless_the_script_says_it(folders: Booth) -> None:
    folders.put(PLAIN)
    folders.with_options(spell_out="dates").make()
    assert "November 24, 2026" in words(folders)
    folders.put(PLAIN.replace("language: en", "language: en\nspell_out: none"))
    folders.with_options(spell_out="dates").make()
    assert "2026-11-24" in words(folders)


def test_no_language_is_no_fault_of_a_script_that_asked_for_nothing(folders: Booth) -> None:
    folders.put("---\nlanguage: ja\n---\nAnn: はい。\n")
    assert not folders.with_options(spell_out="all").make().warnings


@pytest.mark.slow
def test_a_show_has_a_lexicon_that_no_script_names(folders: Booth) -> None:
    show = folders.with_options(lexicon="lexicon.yaml")
    for name, saying in (("show/lexicon.yaml", "sequel"), ("other/lexicon.yaml", "squirrel")):
        folders.studio.scripts.write(name, f"SQL: {saying}\n".encode())
    folders.put(PLAIN, "show/ep.md")
    folders.put(PLAIN, "other/ep.md")
    assert [file.name for file in show.make("show/ep.md").companions] == ["show/lexicon.yaml"]
    show.make("other/ep.md")
    assert "We use sequel" in words(folders)
    assert "We use squirrel" in words(folders)


@pytest.mark.slow
def test_a_script_that_names_a_lexicon_has_that_alone(folders: Booth) -> None:
    for name, content in (("lexicon.yaml", "SQL: sequel"), ("own.lexicon.yaml", "We: us")):
        folders.studio.scripts.write(f"show/{name}", content.encode())
    folders.put(PLAIN.replace("language: en", "language: en\nlexicon: own.lexicon.yaml"))
    folders.with_options(lexicon="lexicon.yaml").make()
    assert words(folders).startswith("us use SQL")


def test_a_lexicon_of_the_settings_that_is_missing_or_wrong_is_told_before_any_request(folders: Booth) -> None:
    folders.put(PLAIN)
    show = folders.with_options(lexicon="lexicon.yaml")
    (problem,) = show.fails(ScriptFault).problems
    assert (problem.message, problem.line) == ('the lexicon of VOICEBOOTH_LEXICON, "lexicon.yaml", is not there', None)
    assert problem.fix.startswith("put it beside the script")
    folders.studio.scripts.write("show/lexicon.yaml", b"- SQL\n")
    (problem,) = show.fails(ScriptFault).problems
    assert problem.message == 'the lexicon, "lexicon.yaml", line 1: this is no list of pronunciations'
    assert not folders.gemini.requests
    folders.studio.scripts.write("show/lexicon.yaml", b"SQL: sequel\n")
    assert show.make().state == "done"


@pytest.mark.slow
def test_a_setting_that_changes_makes_episodes_out_of_date_and_only_then(folders: Booth) -> None:
    folders.put(PLAIN)
    plain = folders.make()
    for changes in ({"narrator": "Nat"}, {"spell_out": "none"}):
        other = folders.with_options(**changes)
        made = other.make()
        assert made.recipe != plain.recipe
        assert other.make() == made
    assert folders.make().recipe == plain.recipe
    assert len(folders.gemini.requests) == 1  # nothing of it sounds different
