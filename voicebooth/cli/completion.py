"""``voicebooth completion``: verbs, options, files and voices, completed by the shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")
PROGRAM, VARIABLE = "voicebooth", "_VOICEBOOTH_COMPLETE"  # click's names for them
COMMAS = ('string split ","', 'string split --max 1 ","')  # in click's words for fish, which cut mp3,wav in two


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes your shell complete voicebooth's words.

    \b
    bash: eval "$(voicebooth completion bash)"       in ~/.bashrc
    zsh:  eval "$(voicebooth completion zsh)"        in ~/.zshrc, after compinit
    fish: voicebooth completion fish | source        in ~/.config/fish/config.fish
    """  # noqa: D301 -- click wants the character, not its name
    kind = get_completion_class(shell)
    if kind:
        source = kind(ctx.find_root().command, {}, PROGRAM, VARIABLE).source()
        click.echo(source.replace(*COMMAS))
