"""The scripts beside infra/, run by the real gcloud against servers on loopback."""

import os
import re
import shutil
import subprocess
from collections import Counter

import pytest

from infra.keyring import Keyring
from infra.terraform import ROOT

SCRIPTS = ROOT / "infra" / "scripts"
SECRET = "projects/my-project/secrets/voicebooth-gemini-api-key"  # checkov:skip=CKV_SECRET_6: where it is, not what
SPEAKER = "speaker@my-project.iam.gserviceaccount.com"
NAME = SECRET.rpartition("/")[2]
TOOLS = ("gcloud", "jq", "curl")
missing = [tool for tool in TOOLS if not shutil.which(tool)]
needs_tools = pytest.mark.skipif(bool(missing), reason=f"not on the PATH: {', '.join(missing)}")


@pytest.fixture
def keyring():
    with Keyring(SECRET) as keyring:
        keyring.add_key("old", {"displayName": NAME})
        keyring.add_key("somebody-else-s", {"displayName": "maps"})
        keyring.versions.append(("AQ.old", "ENABLED"))
        yield keyring


@pytest.fixture
def run(tmp_path):
    def run(script, *arguments, **environ):
        return subprocess.run(
            [SCRIPTS / script, *arguments],
            env=os.environ | {"CLOUDSDK_CONFIG": str(tmp_path)} | environ,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@needs_tools
@pytest.mark.slow
def test_a_key_is_replaced_once_the_new_one_is_proven(keyring, run):
    keyring.refused = 2  # as long as it is not known everywhere
    ran = run(
        "rotate-key.sh",
        SECRET,
        "--bind",
        SPEAKER,
        "--grace",
        "0",
        **keyring.environ,
    )
    assert ran.returncode == 0, ran.stderr
    [new] = keyring.keys.keys() - {"somebody-else-s"}
    made = keyring.keys[new]
    assert made["restrictions"] == {"apiTargets": [{"service": "generativelanguage.googleapis.com"}]}
    assert made["serviceAccountEmail"] == SPEAKER
    assert keyring.versions == [("AQ.old", "DISABLED"), (made["keyString"], "ENABLED")]
    steps = [
        call.partition(" ")[2].rpartition("/")[2] for call in keyring.calls if not call.startswith("GET /v2/operations")
    ]
    assert steps.index("models") < steps.index(f"{NAME}:addVersion") < steps.index("1:disable") < steps.index("old")
    assert "AQ." not in ran.stdout + ran.stderr


@needs_tools
@pytest.mark.slow
def test_a_key_that_is_refused_changes_nothing(keyring, run):
    keyring.refused = 100
    ran = run("rotate-key.sh", SECRET, "--grace", "0", **keyring.environ)
    assert ran.returncode == 1
    assert "Nothing has changed" in ran.stderr
    assert ran.stderr.index("--bind") < ran.stderr.index('gemini_access = "keyless"')
    assert keyring.keys.keys() == {"old", "somebody-else-s"}
    assert keyring.versions == [("AQ.old", "ENABLED")]
    assert "AQ." not in ran.stdout + ran.stderr


@needs_tools
@pytest.mark.slow
def test_where_no_key_may_be_bound_a_standard_one_is_made(keyring, run):
    keyring.bindable = False
    ran = run("rotate-key.sh", SECRET, "--bind", SPEAKER, "--grace", "0", **keyring.environ)
    assert ran.returncode == 0, ran.stderr
    assert "iam.managed.disableServiceAccountApiKeyCreation" in ran.stderr
    assert "Google has announced that it will reject these" in ran.stdout
    [new] = keyring.keys.keys() - {"somebody-else-s"}
    assert "serviceAccountEmail" not in keyring.keys[new]
    assert keyring.versions == [("AQ.old", "DISABLED"), (keyring.keys[new]["keyString"], "ENABLED")]


@needs_tools
@pytest.mark.slow
def test_a_bound_key_that_gemini_refuses_gives_way_to_a_standard_one(keyring, run):
    keyring.refused = 6  # as often as it is asked about one key
    ran = run("rotate-key.sh", SECRET, "--bind", SPEAKER, "--grace", "0", **keyring.environ)
    assert ran.returncode == 0, ran.stderr
    [new] = keyring.keys.keys() - {"somebody-else-s"}
    assert "serviceAccountEmail" not in keyring.keys[new]


@needs_tools
@pytest.mark.slow
def test_where_neither_key_is_taken_the_way_without_one_is_named(keyring, run):
    keyring.bindable = False
    keyring.refused = 100
    ran = run("rotate-key.sh", SECRET, "--bind", SPEAKER, "--grace", "0", **keyring.environ)
    assert ran.returncode == 1
    assert 'gemini_access = "keyless"' in ran.stderr
    assert "--bind" not in ran.stderr
    assert keyring.keys.keys() == {"old", "somebody-else-s"}
    assert keyring.versions == [("AQ.old", "ENABLED")]


@pytest.fixture
def noted(tmp_path, run):
    """Run a script with a gcloud that does nothing but note what it was asked.

    ``there``: everything exists already. ``refused``: how often a grant to an account is refused at first.
    """

    def noted(script, *arguments, there, refused=0, fails=False):
        notes = tmp_path / "notes"
        program = tmp_path / "gcloud"
        program.write_text(
            f'#!/bin/sh\necho "$*" >> {notes}\ncase "$*" in *" describe "*) exit {0 if there else 1} ;;\n'
            f'"projects add-iam-policy-binding "*) [ "$(grep -cxF -- "$*" {notes})" -gt {refused} ] ;; esac\n'
        )
        program.chmod(0o755)
        ran = run(script, *arguments, PATH=f"{tmp_path}:{os.environ['PATH']}", BOOTSTRAP_RETRY_S="0")
        assert bool(ran.returncode) is fails, ran.stderr
        return notes.read_text().splitlines()

    return noted


def test_a_project_is_made_ready_with_a_closed_place_for_the_state(noted):
    asked = noted("bootstrap.sh", "my-project", there=False)
    [created] = [line for line in asked if line.startswith("storage buckets create")]
    assert created.startswith(
        "storage buckets create gs://my-project-terraform --project my-project --location europe-west1"
    )
    assert created.endswith("--uniform-bucket-level-access --public-access-prevention")
    assert "storage buckets update gs://my-project-terraform --project my-project --versioning" in asked
    assert not [line for line in asked if line.startswith("iam") or "add-iam-policy-binding" in line]


def test_the_pipeline_s_accounts_can_do_what_infra_needs_and_are_no_owners(noted):
    builder = "voicebooth-builder@my-project.iam.gserviceaccount.com"
    asked = noted("bootstrap.sh", "my-project", "europe-west4", builder, there=False)
    grants = re.findall(
        r"^projects add-iam-policy-binding my-project --member serviceAccount:(\w+)@\S+ --role roles/(\S+)",
        "\n".join(asked),
        re.MULTILINE,
    )
    assert {name for name, _ in grants} == {"terraform", "planner"}
    assert not {role for _, role in grants} & {"owner", "editor"}
    assert {role for name, role in grants if name == "planner"} == {
        "viewer",
        "iam.securityReviewer",
        "cloudkms.publicKeyViewer",
        "serviceusage.serviceUsageConsumer",
    }
    acting = [line for line in asked if line.startswith("iam service-accounts add-iam-policy-binding")]
    assert len(acting) == 2
    assert all(f"serviceAccount:{builder} --role roles/iam.serviceAccountTokenCreator" in line for line in acting)


def test_a_grant_to_an_account_that_is_not_known_yet_is_tried_five_times(noted):
    builder = "builder@p.iam.gserviceaccount.com"
    asked = noted("bootstrap.sh", "my-project", "europe-west1", builder, there=False, refused=4)
    grants = Counter(line for line in asked if line.startswith("projects add-iam-policy-binding"))
    assert set(grants.values()) == {5}
    assert any("planner@" in grant for grant in grants)


def test_a_grant_that_is_refused_for_good_ends_it(noted):
    builder = "builder@p.iam.gserviceaccount.com"
    asked = noted("bootstrap.sh", "my-project", "europe-west1", builder, there=False, refused=5, fails=True)
    assert len([line for line in asked if line.startswith("projects add-iam-policy-binding")]) == 5


def test_making_a_project_ready_twice_makes_nothing_twice(noted):
    asked = noted("bootstrap.sh", "my-project", "europe-west1", "builder@p.iam.gserviceaccount.com", there=True)
    assert not [line for line in asked if " create " in line]


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("bootstrap.sh", []),
        ("replay-dead-letters.sh", ["my-project"]),
        ("rotate-key.sh", []),
        ("rotate-key.sh", ["voicebooth-gemini-api-key"]),
        ("rotate-key.sh", [SECRET, "--now", "1"]),
    ],
)
def test_a_script_that_is_called_wrongly_says_how_to_call_it(run, script, arguments):
    ran = run(script, *arguments)
    assert ran.returncode == 2
    assert f"infra/scripts/{script}" in ran.stderr
    assert not ran.stdout


def test_every_script_is_executable_and_stops_at_the_first_error():
    scripts = sorted(SCRIPTS.iterdir())
    assert len(scripts) == 3
    for script in scripts:
        assert os.access(script, os.X_OK)
        assert "\nset -euo pipefail\n" in script.read_text()
