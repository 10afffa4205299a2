"""The terminal's door: ``voicebooth make|plan|check|voices|config``, a module for each verb.

Exit status: 0 done · 1 the script is at fault · 2 usage or settings · 3 something passing, try again · 4 a refusal.
Of several scripts the gravest counts, so that 3 means: trying again is all there is to do. Above 128 stands what shells
say of a signal: 130 for Ctrl-C, 141 where whoever read the output has gone.
Results go to standard output, everything else to standard error. Reading the help loads no more than click: what a verb
needs of the product it imports when it runs.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

import click

from voicebooth import __version__
from voicebooth.errors import Passing, SettingsFault, VoiceboothError
from voicebooth.memory import look_for_garbage_seldom

from . import check, completion, config, diff, doctor, make, plan, voices, watch
from .tell import PROGRAM, Said, Teller, Unheard

INTERRUPTED, READER_GONE = 130, 141  # what shells say of Ctrl-C, and of a pipe that was closed


class Verbs(click.Group):
    """The verbs, which know what is meant by a file where a verb should stand."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; see ``click.Group``."""
        if args[0] not in self.commands and Path(args[0]).is_file():
            raise click.UsageError(f"{args[0]!r} is a file. Did you mean 'voicebooth make {args[0]}'?", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="voicebooth")
def cli() -> None:
    """Turn scripts into podcast episodes."""


for verb in (
    *(check.check, completion.completion, config.config, diff.diff, doctor.doctor),
    *(make.make, plan.plan, voices.voices, watch.watch),
):
    cli.add_command(verb)


def main() -> None:
    """Run the command line; every error becomes a message and an exit status."""
    look_for_garbage_seldom()
    tell = Teller()
    try:
        _run(tell)
    except Unheard as unheard:
        sys.exit(_fallen_silent(unheard.__cause__))


def _run(tell: Teller) -> None:
    try:
        cli(prog_name=PROGRAM, standalone_mode=False, obj=tell)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as usage:
        _misused(tell, usage)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        with suppress(OSError):  # a Ctrl-C ends what we write to as well
            click.echo("stopped; the takes made so far are kept", err=True)
        sys.exit(INTERRUPTED)
    except Unheard:
        raise
    except VoiceboothError as error:
        tell.say(None, Said(fault=error))
        sys.exit(error.exit_code)
    except Exception as bug:
        logging.getLogger(__name__).debug("bug", exc_info=True)
        ours = VoiceboothError(f"an error of ours ({type(bug).__name__}); LOG_LEVEL=DEBUG shows more")
        tell.say(None, Said(fault=ours))
        sys.exit(ours.exit_code)


def _fallen_silent(reason: BaseException | None) -> int:
    """Write no more, so that Python does not try again at its end, and return the exit status."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if isinstance(reason, BrokenPipeError):
        os.dup2(nowhere, sys.stderr.fileno())
        return READER_GONE
    with suppress(OSError):
        what = getattr(reason, "strerror", None) or type(reason).__name__
        click.echo(f"{PROGRAM}: what was to be said cannot be written: {what}\n    fix: write it elsewhere", err=True)
    return Passing.exit_code


def _misused(tell: Teller, usage: click.ClickException) -> None:
    """Tell of a command line that cannot be run, maybe before its options were read."""
    tell.as_json = "--json" in sys.argv[1:]
    if tell.as_json:
        verb = usage.ctx.command_path if isinstance(usage, click.UsageError) and usage.ctx else PROGRAM
        tell.say(None, Said(fault=SettingsFault(usage.format_message(), fix=f"{verb} --help tells how")))
    else:
        usage.show()
