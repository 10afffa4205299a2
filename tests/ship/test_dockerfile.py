"""The Dockerfile, read as data. What only running it shows is shown by `make image-rehearsal`."""

import fnmatch
import re

import pytest

from delivery import recipe
from delivery.recipe import Stage
from delivery.rehearsal import report
from fakes.cloud import ROOT

ARGUMENTS, STAGES = recipe.read(ROOT / "Dockerfile")
BUILD, LAST = STAGES


def commands(stage: Stage) -> str:
    return "\n".join(stage.values("RUN"))


def test_there_is_no_base_image_until_somebody_names_one_by_digest():
    """The default is a name that can never be pulled, and says what to do; no digest is made up."""
    assert {stage.base for stage in STAGES} == {"${BASE_IMAGE}"}
    assert re.fullmatch(r"base-image-by-digest\.see-docs-container-md\.invalid/.+", ARGUMENTS["BASE_IMAGE"])
    assert "sha256" not in ARGUMENTS["BASE_IMAGE"]


def test_packages_come_by_hash_as_wheels_from_the_pinned_list():
    (install,) = [line for line in BUILD.values("RUN") if " install " in line]
    assert {"--require-hashes", "--only-binary", ":all:", "requirements.txt"} <= set(install.split())
    assert not re.search(r"apt|curl|wget|git ", commands(BUILD) + commands(LAST))


def test_the_last_stage_installs_nothing_and_drops_what_could():
    (only,) = LAST.values("RUN")
    assert only.startswith("rm -rf ")
    for tool in ("pip", "setuptools", "wheel", "ensurepip"):
        assert re.search(rf"/{tool}\b|/{tool}\*", only), tool


def test_it_runs_as_a_number_that_is_not_root():
    """By number, so that a cluster can tell that it is not root; after all that needs to be."""
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", LAST.last("USER"))
    order = [each.word for each in LAST.instructions]
    assert order.index("USER") > max(n for n, word in enumerate(order) if word in {"RUN", "COPY"})


def test_it_serves_the_http_target_of_main():
    assert recipe.words(LAST.last("ENTRYPOINT")) == ["functions-framework", "--source=main.py", "--target=http"]
    environment = LAST.environment
    assert environment["PATH"].startswith("/opt/venv/bin:/usr/local/bin")
    assert environment["PORT"] == LAST.last("EXPOSE") == "8080"
    assert environment["HOME"] == "/tmp"  # noqa: S108 - in the container


def test_its_health_check_asks_what_the_program_answers():
    check = LAST.last("HEALTHCHECK")
    probe = recipe.words(check.split("CMD", 1)[1])
    compile(probe[-1], "probe", "exec")
    assert "/health/live" in probe[-1]
    assert float(re.search(r"--timeout=(\d+)s", check)[1]) < float(re.search(r"--interval=(\d+)s", check)[1])


def test_labels_say_what_it_is():
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in LAST.labels.items()}
    assert labels == {
        "title": "voicebooth",
        "description": "Turns a script into a podcast episode",
        "licenses": "Apache-2.0",
        "version": "${VERSION}",
        "revision": "${REVISION}",
        "created": "${CREATED}",
    }
    assert {value.partition("=")[0] for value in LAST.values("ARG")} == {"VERSION", "REVISION", "CREATED"}


def test_equal_sources_give_equal_files():
    assert "--no-compile" in commands(BUILD)
    assert "--invalidation-mode unchecked-hash" in commands(BUILD)
    assert not re.search(r"\bdate\b", commands(BUILD) + commands(LAST))


def ignored(path: str) -> bool:
    """Tell what .dockerignore does with a path; its last line that fits decides."""
    out = False
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.strip().removeprefix("!")
        names = {path, *(str(parent) for parent in map(str, ROOT.joinpath(path).relative_to(ROOT).parents))}
        fits = any(fnmatch.fnmatch(name, pattern.removeprefix("**/")) for name in {*names, *path.split("/")})
        if pattern and not pattern.startswith("#") and fits:
            out = not line.startswith("!")
    return out


@pytest.mark.parametrize("path", ["main.py", "requirements.txt", "voicebooth/app.py", "voicebooth/schemas/a.json"])
def test_what_is_copied_reaches_the_builder(path):
    assert not ignored(path)


@pytest.mark.parametrize(
    "path",
    [
        *(".env", ".git/config", "tests/test_app.py", "infra/environments/production.tfvars", "build/production.json"),
        *("voicebooth.toml", "voicebooth/__pycache__/app.cpython-313.pyc", ".venv/bin/python", "episodes/a.mp3"),
    ],
)
def test_nothing_else_does(path):
    assert ignored(path)


def test_all_that_is_copied_is_there():
    sources = [word for stage in STAGES for value in stage.values("COPY") for word in value.split()[:-1]]
    assert [word for word in sources if not word.startswith(("/", "--"))] == [
        "requirements.txt",
        "main.py",
        "voicebooth",
    ]
    assert all((ROOT / word).exists() for word in sources if not word.startswith(("/", "--")))


# --- the rehearsal's own parts ----------------------------------------------------------------------------------------


def test_a_dockerfile_is_read_into_stages(tmp_path):
    path = tmp_path / "Dockerfile"
    path.write_text(
        '# a comment\nARG BASE=b\nFROM ${BASE} AS one\nRUN a && \\\n    b\nENV A=1 \\\n    C=$A\nENV B="x $A"\n'
        'FROM scratch\nENV PATH=/opt:$PATH\nLABEL a="b c"\n'
    )
    arguments, (one, last) = recipe.read(path)
    assert arguments == {"BASE": "b"}
    assert (one.base, one.name, last.base, last.name) == ("${BASE}", "one", "scratch", "1")
    assert one.values("RUN") == ["a &&     b"]
    assert (one.environment["B"], one.environment["C"]) == ("x 1", "$A")  # a line sees the lines before it
    assert last.environment["PATH"].startswith("/opt:/usr/local/bin:")
    assert last.labels == {"a": "b c"}


def test_a_stage_that_nobody_can_read_is_refused(tmp_path):
    path = tmp_path / "Dockerfile"
    path.write_text("FROM a b c d\n")
    with pytest.raises(ValueError, match="no stage begins so"):
        recipe.read(path)


def test_a_layer_is_weighed_by_package(tmp_path):
    layer = tmp_path / "1"
    for name, size in {"opt/venv/lib/site-packages/av/a.so": 3_000_000, "app/main.py": 2_000_000}.items():
        (layer / name).parent.mkdir(parents=True, exist_ok=True)
        (layer / name).write_bytes(bytes(size))
    told = report(layer)
    assert told.splitlines()[0].startswith("2 files, 5.0 MB in all")
    assert [line.split() for line in told.splitlines()[1:]] == [["3.0", "MB", "av"], ["2.0", "MB", "/app"]]
    assert (tmp_path / "1.files").read_text().splitlines()[0] == "    2000000 /app/main.py"
