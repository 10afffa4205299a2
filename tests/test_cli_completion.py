"""Words that the shell completes: asked of bash, of zsh and fish where they are installed, and of click for all."""

import os
import pty
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import get_args

import pytest

from fakes.cloud import ROOT
from voicebooth.cli import cli, options
from voicebooth.settings import Format
from voicebooth.voices import VOICES

NAMES = [voice.name for voice in VOICES]


@pytest.fixture
def environment(tmp_path):
    """An environment in which ``voicebooth`` is a program, as it is once installed."""
    program = tmp_path / "bin" / "voicebooth"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom voicebooth.cli import main\n\nmain()\n")
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    return os.environ | {"PYTHONPATH": str(ROOT), "PATH": path, "HOME": str(tmp_path), "TERM": "dumb"}


@pytest.fixture
def offered(environment, tmp_path):
    """Return what click offers a shell for a line that is being typed: pairs of kind and word."""

    def complete(line):
        words = line.split(" ")
        asked = {"_VOICEBOOTH_COMPLETE": "zsh_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        run = subprocess.run(
            [tmp_path / "bin" / "voicebooth"],
            cwd=tmp_path,
            env=environment | asked,
            capture_output=True,
            text=True,
            check=False,
        )
        told = run.stdout.strip("\n").splitlines()
        return list(zip(told[::3], told[1::3], strict=True))

    return complete


@pytest.fixture
def in_bash(environment, tmp_path):
    """Return what bash offers for a line that is being typed."""

    def complete(line):
        words = " ".join(f"'{word}'" for word in line.split(" "))
        steps = (
            'eval "$(voicebooth completion bash)"',
            f"COMP_WORDS=({words}); COMP_CWORD={line.count(' ')}",
            "_voicebooth_completion voicebooth",
            'printf "%s\\n" "${COMPREPLY[@]}"',
        )
        command = ["bash", "-c", "; ".join(steps)]
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return run.stdout.split()

    return complete


@pytest.fixture
def in_fish(environment, tmp_path):
    """Return what fish offers for a line that is being typed, with its words on each."""
    if not shutil.which("fish"):
        pytest.skip("fish is not installed")

    def complete(line):
        command = ["fish", "--no-config", "-c", f"voicebooth completion fish | source; complete --do-complete '{line}'"]
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return run.stdout.splitlines()

    return complete


@pytest.fixture
def in_zsh(environment, tmp_path):
    """Return what stands on the line of a zsh after TAB was pressed."""
    if not shutil.which("zsh"):
        pytest.skip("zsh is not installed")
    (tmp_path / ".zshrc").write_text(
        "PS1='> '; unsetopt zle_bracketed_paste prompt_sp; autoload -U compinit; compinit -u -D\n"
        'eval "$(voicebooth completion zsh)"\n'
        'show() { print -r -- "<<$BUFFER>>"; exit }\nzle -N show; bindkey "^X" show\n'
    )

    def complete(line):
        ours, theirs = pty.openpty()
        command = ["zsh", "-i", "-o", "no_global_rcs"]
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        with subprocess.Popen(command, cwd=tmp_path, env=environment, start_new_session=True, **streams) as shell:
            os.close(theirs)
            seen = b""
            while not seen.endswith(b"> "):
                seen += os.read(ours, 1)
            os.write(ours, line.encode() + b"\t\x18")
            with suppress(OSError):  # how a terminal says that the shell has gone
                while piece := os.read(ours, 4096):
                    seen += piece
            shell.wait()
        os.close(ours)
        return seen.decode().rpartition("<<")[2].partition(">>")[0]

    return complete


@pytest.mark.slow
def test_bash_completes_verbs_options_choices_and_voices(in_bash):
    assert in_bash("voicebooth ") == sorted(cli.commands)
    assert in_bash("voicebooth co") == ["completion", "config"]
    assert in_bash("voicebooth make --sp") == ["--speech"]
    assert in_bash("voicebooth make --speech ") == ["gemini", "offline"]
    assert in_bash("voicebooth voices --play al") == ["all", "Algenib", "Algieba", "Alnilam"]
    assert in_bash("voicebooth completion ") == ["bash", "zsh", "fish"]


@pytest.mark.slow
def test_bash_completes_one_format_after_the_other(in_bash):
    assert in_bash("voicebooth make --format ") == list(get_args(Format))
    assert in_bash("voicebooth watch --format m") == ["mp3", "m4a"]
    assert in_bash("voicebooth make --format mp3,") == ["mp3,m4a", "mp3,opus", "mp3,flac", "mp3,wav"]
    assert in_bash("voicebooth make --format wav,MP3,f") == ["wav,MP3,flac"]
    assert in_bash("voicebooth make --format x") == []


@pytest.mark.slow
def test_fish_completes_the_same_and_tells_of_voices(in_fish):
    assert in_fish("voicebooth make --speech ") == ["gemini", "offline"]
    assert in_fish("voicebooth make --format mp3,") == ["mp3,flac", "mp3,m4a", "mp3,opus", "mp3,wav"]
    assert in_fish("voicebooth voices --play Ko") == ["Kore\tfemale, Firm"]


@pytest.mark.slow
def test_zsh_completes_the_same(in_zsh, tmp_path):
    (tmp_path / "rain.md").write_text("Ann: Hello.")
    (tmp_path / "made").mkdir()
    assert in_zsh("voicebooth make --format mp3,w").split() == ["voicebooth", "make", "--format", "mp3,wav"]
    assert in_zsh("voicebooth voices --play Ko").split()[-1] == "Kore"
    assert in_zsh("voicebooth make ra").split()[-1] == "rain.md"
    assert in_zsh("voicebooth plan --out m").split()[-1] == "made/"


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["make", "plan", "check", "diff", "watch"])
def test_files_and_folders_are_left_to_the_shell(offered, verb):
    assert offered(f"voicebooth {verb} ep") == [("dir" if verb == "watch" else "file", "ep")]
    if verb == "diff":
        assert offered("voicebooth diff old.md ep") == [("file", "ep")]
    if verb in {"make", "plan", "watch"}:
        assert offered(f"voicebooth {verb} --out sh") == [("dir", "sh")]


@pytest.mark.slow
def test_every_option_with_a_set_of_values_offers_them(offered):
    """Whatever option takes a value offers words, a folder, or nothing where it is a number."""
    numbers = {"--jobs", "--only", "--retake"}
    sets = {"--format": list(options.FORMATS), "--speech": ["gemini", "offline"], "--play": ["all", *NAMES]}
    for name, verb in cli.commands.items():
        for option in verb.params:
            if option.param_type_name != "option" or option.is_flag or option.name == "help":
                continue
            told = offered(f"voicebooth {name} {option.opts[0]} ")
            if option.opts[0] == "--out":
                assert told == [("dir", "")]
            else:
                wanted = [] if option.opts[0] in numbers else sets[option.opts[0]]
                assert [word for _, word in told] == wanted, f"{name} {option.opts[0]}"


def test_the_formats_offered_are_those_of_the_settings():
    assert get_args(Format) == options.FORMATS


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(terminal, shell):
    assert terminal("completion", shell) == 0
    assert f"_VOICEBOOTH_COMPLETE={shell}_complete" in terminal.out
    assert ("--max 1" in terminal.out) == (shell == "fish")  # or a list with commas would be cut
