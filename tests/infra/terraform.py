"""Terraform, run on a copy of infra/ with stand-ins for its providers and the state in a file beside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock

from infra.plan import Plan
from infra.provider import load, serving

ROOT = Path(__file__).parents[2]
PROJECT = "my-project"
SOURCES = ("main.py", "requirements.txt")


@dataclass(frozen=True, slots=True)
class Terraform:
    """A working copy in ``folder``; ``shared`` is where plans are kept for all test processes."""

    folder: Path
    shared: Path
    environ: Mapping[str, str]

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command; ``variables`` are environment variables."""
        return subprocess.run(
            ["terraform", *arguments],  # noqa: S607 - the one on the PATH
            cwd=self.folder,
            env={**self.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def did(self, *arguments: str, **variables: str) -> str:
        """Run a command that must succeed; what it printed."""
        ran = self.run(*arguments, **variables)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def plan(self, environment: str, /, **variables: Any) -> Plan:
        """What a first apply of an environment would make; the same plan is made once for all processes."""
        given = [f"-var-file=environments/{environment}.tfvars", *flags(variables)]
        kept = self.shared / sha256(json.dumps(given).encode()).hexdigest()
        with FileLock(f"{kept}.lock"):
            if not kept.exists():
                self.did("plan", "-lock=false", "-input=false", f"-out={kept}.plan", *given)
                kept.write_text(self.did("show", "-json", f"{kept}.plan"))
        return Plan(json.loads(kept.read_text()))


def flags(variables: Mapping[str, Any]) -> list[str]:
    """Variables as arguments of ``terraform plan``; the project is always given."""
    named = {"project": PROJECT, **variables}
    return [f"-var={name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in named.items()]


@contextmanager
def working_copy(folder: Path, shared: Path) -> Iterator[Terraform]:
    """Copy what Terraform reads, serve the providers, and initialise."""
    for name in ("infra", "voicebooth"):
        ignored = shutil.ignore_patterns("__pycache__", ".terraform*", "*.tfstate*", "backend.tf")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in SOURCES:
        shutil.copy(ROOT / name, folder)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    with serving(load()) as attached:
        environ = ours | attached | {"CHECKPOINT_DISABLE": "1", "TF_CLI_ARGS": "-no-color"}
        terraform = Terraform(folder / "infra", shared, environ)
        terraform.did("init", "-input=false")
        yield terraform
