"""Neither the script's words nor the key reach a log, an error, or anything written about a failure."""

import logging

import pytest

from fakes.gemini_faults import FLAWED, PASSING, QUOTA, REFUSED
from studio import KEY, script
from voicebooth.episode import make_episode
from voicebooth.errors import VoiceboothError

MARKER = "xylophonist"
FAULTS = sorted({*FLAWED, *PASSING, *QUOTA, *REFUSED})
BROKEN = {
    "show/voice.md": f"---\nvoices: {{Ann: Koree}}\n---\nAnn: {MARKER}.\n",
    "show/bad.json": f'{{"turns": [{{"speaker": "Ann", "text": "{MARKER}"]}}',
    "show/bad.yaml": f"turns:\n- speaker: Ann\n  text: [{MARKER}\n",
    "show/shape.yaml": f"turns:\n- speaker: Ann\n  txt: {MARKER}\n",
    "show/model.md": f"---\nmodel: gemini-9\n---\n{MARKER}.\n",
    "show/long.md": f"Ann: {' '.join([MARKER] * 2000)}.\n",
}


def all_that_is_told(booth, name, error, caplog):
    """Return everything that a failure left behind, but for the transcript."""
    episode = name.rpartition(".")[0].removeprefix("show/")
    written = [booth.read(file, name).decode() for file in booth.files(name) if file in {"error.txt", "episode.json"}]
    assert written, episode
    logged = [record.getMessage() + (record.exc_text or "") + str(vars(record)) for record in caplog.records]
    chain = []
    while error:
        chain.append(f"{error!r} {error}")
        error = error.__cause__ if isinstance(error.__cause__, VoiceboothError) else None
    return "\n".join([*written, *logged, *chain])


@pytest.mark.slow
def test_no_failure_of_the_service_tells_the_words_or_the_key(folders, caplog):
    caplog.set_level(logging.DEBUG)
    folders = folders.with_policy(concurrency=1, tries=1, retakes=0)
    told = []
    for number, fault in enumerate(FAULTS):
        name = f"show/ep{number}.md"
        folders.put(f"Ann: {MARKER} {number} {script(1)[5:]}", name)
        folders.gemini.script(fault)
        try:
            make_episode(folders.studio, name)
        except VoiceboothError as error:
            told.append(all_that_is_told(folders, name, error, caplog))
            caplog.clear()
    assert len(told) >= len(FAULTS) - 3  # a few flaws do not show in one short take
    assert not [text for text in told if MARKER in text.lower()]
    assert not [text for text in told if KEY in text]


@pytest.mark.slow
def test_a_finished_episode_has_its_words_in_the_transcripts_only(folders, caplog):
    caplog.set_level(logging.DEBUG)
    folders.put(f"Ann: {MARKER} {script(1)[5:]}")
    folders.make()
    assert MARKER in folders.read("transcript.txt").decode()
    assert MARKER not in folders.read("episode.json").decode()
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert MARKER not in logged
    assert KEY not in logged


@pytest.mark.parametrize("name", BROKEN)
def test_no_fault_of_the_script_tells_its_words(folders, caplog, name):
    caplog.set_level(logging.DEBUG)
    folders = folders.with_options(max_minutes=5.0)
    folders.put(BROKEN[name], name)
    with pytest.raises(VoiceboothError) as failure:
        make_episode(folders.studio, name)
    assert MARKER not in all_that_is_told(folders, name, failure.value, caplog)
