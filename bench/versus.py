"""Runs podcast-creator on the same script, against the same kind of server, on the same machine.

It is installed from PyPI into ``.venv-rival`` beside the product's own environment, once. It makes a request per turn,
in batches; twenty at a time is what it is tuned to (five by default), and only its audio steps run (``rival.py``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .scripts import CAST, Bench

PACKAGE = "podcast-creator==0.13.1"
AT_A_TIME = 20
ROOT = Path(__file__).parent.parent
VENV = ROOT / ".venv-rival"
PROGRAM = VENV / "bin" / "podcast-creator"
LIMIT_S = 600


@dataclass(frozen=True, slots=True)
class Outcome:
    """How long the rival took, in its two steps, and the file it made."""

    voiced_s: float
    joined_s: float
    path: Path

    @property
    def seconds(self) -> float:
        """From transcript to finished file."""
        return self.voiced_s + self.joined_s


def install() -> None:
    """Install the rival, unless it is there."""
    if not PROGRAM.exists():
        print(f"installing {PACKAGE} into {VENV.name} (once)", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin" / "pip", "install", "--quiet", PACKAGE], check=True)


def make(script: Bench, gemini_url: str, folder: Path) -> Outcome:
    """Let the rival make an episode of a script in a folder. Raises ``CalledProcessError`` when it fails."""
    transcript = folder / "transcript.json"
    transcript.write_text(json.dumps({"voices": CAST, "turns": script.turns}))
    settings = {"TTS_BATCH_SIZE": str(AT_A_TIME), "GEMINI_API_BASE_URL": gemini_url, "GEMINI_API_KEY": "bench"}
    with (folder / "rival.log").open("w") as log:
        run = subprocess.run(
            [VENV / "bin" / "python", Path(__file__).with_name("rival.py"), transcript, folder],
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=log,
            timeout=LIMIT_S,
            check=True,
            cwd=folder,
        )
    told = json.loads(run.stdout)
    return Outcome(told["voiced_s"], told["joined_s"], Path(told["path"]))
