"""The pipeline as data: valid, in order, without a gate that is none, and of steps that a laptop has too."""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from fakes.cloud import ROOT

FILES = ["cloudbuild.yaml", "delivery/pull-request.yaml", "delivery/production.yaml"]
BUILDS = {name: yaml.safe_load((ROOT / name).read_text("utf-8")) for name in FILES}
MAIN, PULL_REQUEST, PRODUCTION = BUILDS.values()
STEPS = [
    pytest.param(name, step, id=f"{Path(name).stem}-{step['id']}") for name in FILES for step in BUILDS[name]["steps"]
]
# https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values
BUILT_IN = {"PROJECT_ID", "PROJECT_NUMBER", "LOCATION", "BUILD_ID", "COMMIT_SHA"}
PROVEN = ["lint", "test", "test-infra", "infra-check", "scan", "audit", "sbom"]


def ids(build):
    return [step["id"] for step in build["steps"]]


def said(step):
    """The whole of a step's command."""
    return " ".join([step.get("entrypoint", ""), *step.get("args", [])])


def before(build, name):
    """Return all steps that are over when one begins."""
    order = ids(build)
    waits = {step["id"]: step.get("waitFor", order[: order.index(step["id"])]) for step in build["steps"]}
    over, ahead = set(), [name]
    while ahead:
        found = [one for one in waits[ahead.pop()] if one != "-" and one not in over]
        over |= set(found)
        ahead += found
    return over


def test_it_fits_the_published_schema():
    check = Path(sys.executable).with_name("check-jsonschema")
    command = [check, "--builtin-schema", "vendor.cloudbuild", *FILES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_check_of_the_schema_can_fail(tmp_path):
    wrong = tmp_path / "cloudbuild.yaml"
    wrong.write_text("steps:\n  - nmae: python\n")
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", "vendor.cloudbuild", wrong]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_a_commit_is_proven_built_proven_again_and_offered():
    assert ids(MAIN) == [
        *PROVEN,
        *("time", "place", "emulation", "image", "gate", "sign"),
        *("infra-staging", "stage", "smoke", "load", "ask"),
    ]


@pytest.mark.parametrize(
    ("step", "needs"),
    [
        ("image", PROVEN),  # nothing is built of what is not proven
        ("gate", ["image"]),
        ("sign", ["gate"]),  # a signature says: scanned
        ("infra-staging", ["sign", "infra-check"]),
        ("stage", ["infra-staging", "sign"]),
        ("smoke", ["stage"]),
        ("load", ["smoke"]),
        ("ask", [*PROVEN, "gate", "sign", "smoke", "load"]),
    ],
)
def test_a_step_waits_for_what_it_needs(step, needs):
    assert set(needs) <= before(MAIN, step)


def test_proofs_run_side_by_side():
    assert not before(MAIN, "lint") | before(MAIN, "infra-check")
    assert "infra-check" not in before(MAIN, "test")


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_no_step_may_fail(name, step):
    """Else it would be no gate. Nor may a shell go on behind a command that failed."""
    assert not {"allowFailure", "allowExitCodes"} & step.keys(), name
    if step.get("entrypoint") == "sh" and not step["args"][0].endswith(".sh"):
        assert step["args"][0] == "-ec"
        assert not re.search(r"\|\||;|\| ", step["args"][1])


def test_the_gate_says_at_least():
    (gate,) = [step for step in MAIN["steps"] if step["id"] == "gate"]
    assert '--at-least "$_AT_LEAST"' in said(gate)
    assert MAIN["substitutions"]["_AT_LEAST"] in {"LOW", "MEDIUM", "HIGH"}


@pytest.mark.parametrize("step", ["gate", "sign", "stage", "ask"])
def test_after_the_build_an_image_goes_by_its_digest(step):
    (found,) = [each for each in MAIN["steps"] if each["id"] == step]
    assert "$$(cat build/image)" in said(found)  # which image.sh writes, by digest


def test_a_pull_request_plans_and_changes_nothing():
    assert ids(PULL_REQUEST) == [*PROVEN, "infra-plan-staging", "infra-plan-production"]
    every = " ".join(map(said, PULL_REQUEST["steps"]))
    assert not re.search(r"apply|docker|gcloud|delivery\.", every)
    assert [said(step) for step in PULL_REQUEST["steps"][-2:]] == [
        *(f"sh delivery/terraform.sh plan {name}" for name in ("staging", "production")),
    ]


def test_a_pull_request_proves_what_main_proves():
    assert PULL_REQUEST["steps"][: len(PROVEN)] == MAIN["steps"][: len(PROVEN)]


def test_main_never_touches_production():
    """It reads where the registry is, and asks. What changes production waits for a person."""
    for step in MAIN["steps"]:
        if "production" in said(step).lower():
            assert step["id"] in {"place", "sign", "image", "ask"}, step["id"]
            assert not re.search(r"apply|canary|traffic|stage", said(step))


def test_production_applies_and_then_moves_over():
    assert ids(PRODUCTION) == ["infra-production", "canary"]
    assert "waitFor" not in PRODUCTION["steps"][1]


@pytest.mark.parametrize("name", FILES)
def test_substitutions_are_used_and_what_is_used_is_known(name):
    text = re.sub(r"#.*", "", (ROOT / name).read_text("utf-8"))
    used = set(re.findall(r"(?<!\$)\$\{?([A-Z_]+)", text))
    own = set(BUILDS[name]["substitutions"])
    assert own <= used
    assert used <= own | BUILT_IN
    assert all(variable.startswith("_") for variable in own)


@pytest.mark.parametrize("name", FILES)
def test_a_build_may_take_as_long_as_it_needs(name):
    build = BUILDS[name]
    assert int(build["timeout"].removesuffix("s")) >= 3600
    assert build["options"]["logging"] == "CLOUD_LOGGING_ONLY"  # or its own account would need a bucket for logs
    assert "images" not in build  # these are pushed when all is over, too late to be deployed


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_a_step_is_a_target_or_a_script_that_is_here(name, step):
    command = said(step)
    makes = re.findall(r"^make ([a-z-]+)$", command)
    scripts = re.findall(r"delivery/[a-z]+\.sh", command)
    modules = re.findall(r"-m,? ?delivery\.([a-z]+)", command)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in makes)
    assert all((ROOT / script).exists() for script in scripts)
    assert all((ROOT / "delivery" / f"{module}.py").exists() for module in modules)
    small = step["id"] in {"time", "emulation", "ask"}  # one command each
    assert len(makes) + len(scripts) + len(modules) == (0 if small else 1), name


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step"), [p for p in STEPS if "delivery." in said(p.values[1])])
def test_a_module_takes_the_arguments_it_is_given(name, step):
    command = said(step)
    (module,) = re.findall(r"delivery\.([a-z]+)", command)
    helped = subprocess.run(
        [sys.executable, "-m", f"delivery.{module}", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    given = set(re.findall(r"--[a-z-]+", command))
    asked = set(re.findall(r"--[a-z-]+", helped.partition("\n\n")[0]))
    optional = set(re.findall(r"\[(--[a-z-]+)", helped.partition("\n\n")[0]))
    assert given <= asked, name
    assert asked - optional <= given, name


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_an_image_of_a_step_says_its_version(name, step):
    image = step["name"]
    assert image.startswith("gcr.io/cloud-builders/") or ":" in image, name
    assert not image.endswith(":latest")


# What delivery/ says to gcloud: command → flags.
GCLOUD = {
    "artifacts docker images scan": "--remote --location",
    "artifacts docker images list-vulnerabilities": "",
    "auth print-access-token": "",
    "beta container binauthz attestations sign-and-create": "--artifact-url --attestor --keyversion --validate",
    "builds triggers run": "--region --sha --substitutions",
    "container binauthz attestations list": "--artifact-url --attestor",
    "run deploy": "--image --no-traffic --tag --region",
    "run revisions list": "--service --region --sort-by",
    "run services describe": "--region",
    "run services update-traffic": "--to-revisions --region",
    "storage cat": "",
    "storage cp": "--recursive",
    "storage rm": "--recursive",
}


@pytest.fixture(scope="module")
def gcloud_tree():
    """All commands of the gcloud that is on this machine, as its shell completion has them."""
    found = shutil.which("gcloud")
    tree = found and Path(found).resolve().parents[1] / "data/cli/gcloud_completions.py"
    if not tree or not tree.exists():
        pytest.skip("no gcloud on this machine: the flags that delivery/ gives it are not held against its own")
    return runpy.run_path(str(tree))["STATIC_COMPLETION_CLI_TREE"]


@pytest.mark.slow
@pytest.mark.parametrize("command", GCLOUD)
def test_gcloud_knows_every_command_and_flag(gcloud_tree, command):
    at, flags = gcloud_tree, set()
    for word in command.split():
        flags |= at.get("flags", {}).keys()
        at = at["commands"][word]
    assert set(GCLOUD[command].split()) <= flags | at["flags"].keys()


def test_each_of_these_commands_is_given():
    text = " ".join(path.read_text("utf-8") for path in (ROOT / "delivery").glob("*.py"))
    given = re.sub(r"[^a-z-]+", " ", text)
    words = {command.split()[-2] + " " + command.split()[-1] for command in GCLOUD if command != "builds triggers run"}
    assert all(pair in given for pair in words)


def test_the_page_explains_every_step_in_its_order():
    page = (ROOT / "docs" / "ship.md").read_text("utf-8")
    table = page[page.index("## What a red step means") : page.index("**A vulnerability")]
    explained = re.findall(r"^\| ([a-z-]+) \| ", table, re.MULTILINE)[1:]
    own = [step for step in ids(MAIN) if step not in {"time", "place", "emulation"}]
    assert explained == [*own, "canary"]


def test_the_page_sets_every_substitution_that_has_no_default():
    page = (ROOT / "docs" / "ship.md").read_text("utf-8")
    for build in BUILDS.values():
        for name, value in build["substitutions"].items():
            assert value or f"{name}=…" in page, name
