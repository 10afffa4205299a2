"""The container without a container engine: the Dockerfile's own commands, on this machine.

    sudo python -m delivery.rehearsal --into build/image

Each stage is an overlay over this machine's file system, in a mount namespace of its own, with a Python at /usr/local
as the official images have it. So RUN, COPY, ENV, WORKDIR and USER do what they would, at the same paths, and what a
stage writes is left in ``<into>/<stage>``: the layers. The last stage's ENTRYPOINT is then started by its own user on
a read-only file system, and HEALTHCHECK's command probes it.

Not the base image: this machine's libraries stand in for it, so what the slim image lacks does not show here.
Needs Linux, root (for mount and chroot) and a package index.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .programs import Red, run, step
from .recipe import Stage, read, words

ROOT = Path(__file__).parents[1]
# What a build gets from the machine it runs on: the way to a package index.
FROM_HOST = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")}
STARTS_WITHIN_S = 30


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One run; ``into`` holds for each stage what it wrote, ``python`` is the installation shown at /usr/local."""

    into: Path
    python: Path

    def go(self, stages: list[Stage]) -> None:
        """Run all stages, the last one's program included."""
        for stage in stages:
            with self._mounted(stage.name) as root:
                self._build(stage, root)
                if stage is stages[-1]:
                    self._check_bare(stage, root)
                    self._serve(stage, root)

    @contextmanager
    def _mounted(self, name: str) -> Iterator[Path]:
        """Lay an empty layer over this machine's files, and give the place where both are seen as one."""
        root = self._overlay(f"{name}-root", Path("/"), self.into / name)
        local = self._overlay(f"{name}-local", self.python, self.into / name / "usr/local", root / "usr/local")
        for kind, where in (("proc", "proc"), ("tmpfs", "tmp"), ("tmpfs", "run")):
            run("mount", "-t", kind, kind, str(root / where))
        run("mount", "--rbind", "/dev", str(root / "dev"))
        run("chroot", str(root), "ldconfig")
        yield root
        run("umount", "--recursive", "--lazy", str(local))
        run("umount", "--recursive", "--lazy", str(root))

    def _overlay(self, name: str, below: Path, layer: Path, at: Path | None = None) -> Path:
        at = at or self.into / ".mounts" / name
        work = self.into / ".mounts" / f"{name}-work"
        for folder in (layer, work, at):
            folder.mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={below},upperdir={layer},workdir={work}", str(at))
        return at

    def _build(self, stage: Stage, root: Path) -> None:
        where = "/"
        for each in stage.instructions:
            if each.word == "WORKDIR":
                where = each.value
                _below(root, where).mkdir(parents=True, exist_ok=True)
            elif each.word == "COPY":
                self._copy(each.value, root, where)
            elif each.word == "RUN":
                run(
                    "chroot",
                    str(root),
                    *_env(FROM_HOST | stage.environment),
                    "sh",
                    "-ec",
                    f"cd {where} && {each.value}",
                )

    def _copy(self, value: str, root: Path, where: str) -> None:
        *sources, to = [word for word in value.split() if not word.startswith("--")]
        origin = next((word.partition("=")[2] for word in value.split() if word.startswith("--from=")), None)
        for source in sources:
            found = _below(self.into / origin, source) if origin else ROOT / source
            target = _below(root, to if to.startswith("/") else f"{where}/{to}")
            if found.is_dir():
                ignored = None if origin else shutil.ignore_patterns("__pycache__", "*.pyc")
                shutil.copytree(found, target, symlinks=True, dirs_exist_ok=True, ignore=ignored)
            else:
                shutil.copy2(found, target)

    def _check_bare(self, stage: Stage, root: Path) -> None:
        """Raise ``Red`` when the last stage could still install packages."""
        asked = ["chroot", str(root), *_env(stage.environment), "python3", "-m"]
        for module in ("pip", "ensurepip"):
            if subprocess.run([*asked, module, "--version"], capture_output=True, check=False).returncode == 0:
                raise Red(f"the last stage still has {module}")

    def _serve(self, stage: Stage, root: Path) -> None:
        """Start the program as a container engine would, and probe it."""
        user = stage.last("USER").split(":")
        as_user = ["setpriv", f"--reuid={user[0]}", f"--regid={user[-1]}", "--clear-groups", "--no-new-privs"]
        run("mount", "-o", "remount,ro,bind", str(root))
        run("mount", "-o", "remount,ro,bind", str(root / "usr/local"))
        inside = ["chroot", str(root), *_env(stage.environment), *as_user]
        start = ["sh", "-c", f'cd {stage.last("WORKDIR")} && exec "$@"', "sh", *words(stage.last("ENTRYPOINT"))]
        began_s = time.monotonic()
        with subprocess.Popen([*inside, *start]) as server:
            try:
                probe = words(stage.last("HEALTHCHECK").split("CMD", 1)[1])
                while subprocess.run([*inside, *probe], capture_output=True, check=False).returncode:
                    if server.poll() is not None or time.monotonic() - began_s > STARTS_WITHIN_S:
                        raise Red("the program did not come up: see its words above")
                print(f"it answers its health check after {time.monotonic() - began_s:.1f} s, as user {user[0]}")
            finally:
                server.terminate()


def _below(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _env(environment: Mapping[str, str]) -> list[str]:
    return ["env", "-i", *(f"{name}={value}" for name, value in environment.items())]


def report(layer: Path) -> str:
    """Say how many files a layer holds and what they weigh, by what lies in it; list them all in a file beside it."""
    files = sorted(path for path in layer.rglob("*") if path.is_file() and not path.is_symlink())
    listed = layer.with_suffix(".files")
    listed.write_text("".join(f"{path.stat().st_size:>11} /{path.relative_to(layer)}\n" for path in files), "utf-8")
    weights: dict[str, int] = {}
    for path in files:
        parts = path.relative_to(layer).parts
        name = parts[parts.index("site-packages") + 1] if "site-packages" in parts[:-1] else f"/{parts[0]}"
        weights[name] = weights.get(name, 0) + path.stat().st_size
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:8]
    lines = [f"{len(files)} files, {sum(weights.values()) / 1e6:.1f} MB in all; each in {listed}"]
    return "\n".join(lines + [f"{size / 1e6:>8.1f} MB {name}" for name, size in heaviest])


def main(words: Sequence[str] | None = None) -> None:
    """Rehearse, in a mount namespace that ends with this process."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--into", type=Path, default=Path("build/image"))
    asked.add_argument("--python", type=Path, default=Path(sys.base_prefix), help="a Python installation to stand in")
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args(words)
    if not given.inside:
        shutil.rmtree(given.into, ignore_errors=True)
        again = (sys.executable, "-m", "delivery.rehearsal", *(words or sys.argv[1:]), "--inside")
        sys.exit(subprocess.run(("unshare", "--mount", *again), check=False).returncode)  # noqa: S607 - as root, on one's own machine
    _, stages = read(ROOT / "Dockerfile")
    Rehearsal(given.into.resolve(), given.python).go(stages)
    print(report(given.into / stages[-1].name))


if __name__ == "__main__":
    step(main)
