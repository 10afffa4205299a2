"""The steps that are shell scripts, with a docker and a terraform of our own."""

import os
import subprocess

import pytest

from fakes.cloud import ROOT
from fakes.program import Program
from shipment import DIGEST, OUTPUTS

BASE = f"python:3.13-slim-bookworm@sha256:{'0b' * 32}"
COMMIT = "4f2a" * 10
ACCOUNT = "terraform@p.iam.gserviceaccount.com"


@pytest.fixture
def project(tmp_path):
    """A copy of what the scripts touch, so that they write into no one's build/."""
    for name in ("delivery/image.sh", "delivery/terraform.sh", "voicebooth/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "infra/environments").mkdir(parents=True)
    (tmp_path / "infra/environments/staging.tfvars").touch()
    return tmp_path


def sh(project, script, *words, **environment):
    """Run a script as Cloud Build does: nothing of this process's settings but the PATH."""
    environment |= {"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": "1795460000"}
    command = ["sh", f"delivery/{script}.sh", *words]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


# --- the image --------------------------------------------------------------------------------------------------------


@pytest.fixture
def docker(programs, project):
    program = Program(programs, "docker")
    program.answers("buildx inspect")
    told = {"containerimage.digest": DIGEST, "image.name": "x"}
    program.answers("buildx build", writes={str(project / "build/image.json"): str(told).replace("'", '"')})
    return program


def built(project, place_file, **changes):
    given = {"BASE_IMAGE": BASE, "PLACE": str(place_file), "REVISION": COMMIT, "TAG": "t"} | changes
    return sh(project, "image", **given)


def test_an_image_is_built_for_two_processors_and_noted_by_digest(docker, project, place_file):
    done = built(project, place_file)
    assert done.returncode == 0, done.stderr
    assert (project / "build/image").read_text() == f"{OUTPUTS['registry']}/voicebooth@{DIGEST}"
    (words,) = docker.called("buildx build")
    said = " ".join(words)
    assert "--platform linux/amd64,linux/arm64" in said
    assert f"--build-arg BASE_IMAGE={BASE}" in said
    assert f"--build-arg REVISION={COMMIT}" in said
    assert "--build-arg CREATED=2026-11-23T18:53:20Z" in said
    assert f"ref={OUTPUTS['registry_cache']}/voicebooth:main,mode=max" in said
    assert f"name={OUTPUTS['registry']}/voicebooth:t,push=true" in said
    assert "rewrite-timestamp=true" in said
    assert {"--sbom=true", "--provenance=mode=max"} <= set(words)


def test_every_argument_is_one_that_the_dockerfile_takes(docker, project, place_file):
    built(project, place_file)
    (words,) = docker.called("buildx build")
    given = {words[n + 1].partition("=")[0] for n, word in enumerate(words) if word == "--build-arg"}
    text = (ROOT / "Dockerfile").read_text("utf-8")
    taken = {line.split()[1].partition("=")[0] for line in text.splitlines() if line.startswith("ARG ")}
    assert given == taken | {"SOURCE_DATE_EPOCH"}  # which BuildKit itself takes


@pytest.mark.parametrize("base", ["", "python:3.13-slim-bookworm", "python@sha256:abc", f"{BASE}0"])
def test_a_base_without_a_digest_is_refused(docker, project, place_file, base):
    done = built(project, place_file, BASE_IMAGE=base)
    assert done.returncode == 1
    assert "names no image by digest; `make base-image` finds one" in done.stderr
    assert docker.calls == []


@pytest.mark.parametrize(("name", "words"), [("PLACE", "and no file"), ("REVISION", "give the commit")])
def test_what_is_missing_is_told(docker, project, place_file, name, words):
    done = built(project, place_file, **{name: ""})
    assert (done.returncode, docker.calls) == (1, [])
    assert words in done.stderr


def test_a_build_that_fails_notes_no_image(programs, project, place_file):
    docker = Program(programs, "docker")
    docker.answers("buildx inspect")
    docker.answers("buildx build", err="ERROR: failed to solve", status=1)
    assert built(project, place_file).returncode == 1
    assert not (project / "build/image").exists()


def test_a_builder_that_tells_no_digest_is_red(programs, project, place_file):
    docker = Program(programs, "docker")
    docker.answers("buildx inspect")
    docker.answers("buildx build", writes={str(project / "build/image.json"): "{}"})
    assert "told no digest" in built(project, place_file).stderr
    assert not (project / "build/image").exists()


def test_a_builder_is_made_when_there_is_none(programs, project, place_file):
    docker = Program(programs, "docker")
    docker.answers("buildx inspect", status=1)
    docker.answers("buildx create")
    docker.answers("buildx build", status=1)
    built(project, place_file)
    assert docker.called("buildx create") == [
        ["buildx", "create", "--name", "voicebooth", "--driver", "docker-container"]
    ]


# --- Terraform --------------------------------------------------------------------------------------------------------


@pytest.fixture
def terraform(programs):
    program = Program(programs, "terraform")
    for verb in ("fmt", "init", "validate", "plan", "apply"):
        program.answers(f"infra {verb}")
    program.answers("infra output", '{"region": {"value": "r"}}\n')
    return program


def verbs(terraform):
    return [words[1] for words in terraform.called()]


def test_a_check_needs_no_account(terraform, project):
    assert sh(project, "terraform", "check").returncode == 0
    assert verbs(terraform) == ["fmt", "init", "validate"]
    assert "-backend=false" in terraform.called(" init ")[0]
    assert {"-check", "-recursive"} <= set(terraform.called(" fmt ")[0])


def test_a_plan_changes_nothing(terraform, project):
    assert sh(project, "terraform", "plan", "staging", PROJECT="p").returncode == 0
    assert verbs(terraform) == ["init", "plan"]
    assert {"-backend-config=bucket=p-terraform", "-backend-config=environments/staging.tfbackend"} <= set(
        terraform.called(" init ")[0]
    )
    assert "-var-file=environments/staging.tfvars" in terraform.called(" plan ")[0]
    assert terraform.calls[1]["environment"]["TF_VAR_project"] == "p"


def test_what_is_applied_is_what_was_planned(terraform, project):
    done = sh(project, "terraform", "apply", "staging", PROJECT="p", IMAGE="i@sha256:1", TERRAFORM_ACCOUNT=ACCOUNT)
    assert done.returncode == 0, done.stderr
    assert verbs(terraform) == ["init", "plan", "apply", "output"]
    (plan,), (apply,) = terraform.called(" plan "), terraform.called(" apply ")
    assert f"-out={apply[-1]}" in plan
    assert "-var=image=i@sha256:1" in plan
    assert (project / "build/staging.json").read_text() == '{"region": {"value": "r"}}\n'
    assert {call["environment"]["GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"] for call in terraform.calls} == {ACCOUNT}


def test_a_plan_that_fails_is_not_applied(programs, project):
    terraform = Program(programs, "terraform")
    terraform.answers("init")
    terraform.answers("plan", status=1)
    assert sh(project, "terraform", "apply", "staging", PROJECT="p").returncode == 1
    assert verbs(terraform) == ["init", "plan"]


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        ([], {}, "give check, plan, apply or output"),
        (["destroy", "staging"], {"PROJECT": "p"}, "give check, plan, apply or output"),
        (["plan", "stagign"], {"PROJECT": "p"}, "there is no environment 'stagign'"),
        (["apply"], {"PROJECT": "p"}, "there is no environment ''"),
        (["apply", "staging"], {}, "PROJECT is not set"),
    ],
)
def test_what_makes_no_sense_does_nothing(terraform, project, words, environment, told):
    done = sh(project, "terraform", *words, **environment)
    assert done.returncode == 1
    assert told in done.stderr
    assert terraform.calls == []
