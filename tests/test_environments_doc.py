"""docs/environments.md agrees with infra/environments, with infra/variables.tf, and with the settings in the code."""

import re
from pathlib import Path

import pytest

from delivery import recipe
from voicebooth.settings import NAMES, load

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "environments.md").read_text("utf-8")
INFRA = ROOT / "infra"
NAMES_OF = ("development", "staging", "production")
ROWS = re.findall(r"^\| [^|`]+ \| `([A-Za-z_]+)` \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
TABLE = {name: dict(zip(NAMES_OF, values, strict=True)) for name, *values in ROWS}
SETTINGS = [name for name in TABLE if name.isupper()]
VARIABLES = [name for name in TABLE if name.islower()]
YOURS = "yours"

needs_infra = pytest.mark.skipif(
    not (INFRA / "environments").exists(), reason="no infra/environments here: the table is not held against it"
)


def tfvars(environment):
    """Read an environment's file: name → value, settings among them, strings without their quotes."""
    text = (INFRA / "environments" / f"{environment}.tfvars").read_text("utf-8")
    pairs = re.findall(r"^ *([A-Za-z_]+) *= *([^{\n]+?) *(?:#.*)?$", text, re.MULTILINE)
    return {name: value.strip('"') for name, value in pairs}


def open_to_choice(environment):
    """Return what an environment's file has commented out for its owner to fill in."""
    text = (INFRA / "environments" / f"{environment}.tfvars").read_text("utf-8")
    return set(re.findall(r"^# ([a-z_]+) += ", text, re.MULTILINE))


def default(variable):
    text = (INFRA / "variables.tf").read_text("utf-8")
    (block,) = re.findall(rf'^variable "{variable}" {{\n(.+?)^}}$', text, re.MULTILINE | re.DOTALL)
    return re.search(r"^  default += (.+)$", block, re.MULTILINE)[1].strip('"')


def test_the_table_has_the_three_and_something_of_all():
    assert "| development | staging | production |" in PAGE
    assert SETTINGS
    assert len(VARIABLES) > 10


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_one_of_the_codes(name):
    assert name in NAMES.variables


@pytest.mark.parametrize("environment", NAMES_OF)
def test_the_code_takes_each_environments_settings(environment):
    given = {name: TABLE[name][environment] for name in SETTINGS}
    chosen = load(given | {"ENVIRONMENT": environment}, Path("no such folder"))
    assert (chosen.environment, chosen.log_level) == (environment, TABLE["LOG_LEVEL"][environment])
    assert chosen.max_cost_usd == float(TABLE["VOICEBOOTH_MAX_COST_USD"][environment])
    assert chosen.warnings == ()


@needs_infra
@pytest.mark.parametrize("environment", NAMES_OF)
@pytest.mark.parametrize("name", TABLE)
def test_a_value_is_the_files_or_else_the_variables_default(name, environment):
    shown = TABLE[name][environment]
    there = tfvars(environment)
    if shown == YOURS:
        assert name in open_to_choice(environment)
    elif name in there:
        assert there[name] == shown
    else:
        assert name in VARIABLES
        assert default(name) == shown


@needs_infra
@pytest.mark.parametrize("environment", NAMES_OF)
def test_every_setting_of_a_file_is_in_the_table(environment):
    given = {name for name in tfvars(environment) if name.isupper()}
    assert given == set(SETTINGS)


@needs_infra
@pytest.mark.parametrize("environment", NAMES_OF)
def test_a_file_is_of_the_environment_whose_name_it_has(environment):
    assert tfvars(environment)["environment"] == environment


def test_an_instance_takes_as_many_requests_as_it_has_threads():
    shown = re.search(r"^\| requests an instance works on at a time \| (\d+) \|", PAGE, re.MULTILINE)[1]
    _, stages = recipe.read(ROOT / "Dockerfile")
    assert stages[-1].environment["THREADS"] == shown


def times():
    return [int(found) for found in re.findall(r"^\| after how many seconds .+? \| (\d+) \|", PAGE, re.MULTILINE)]


def test_the_code_stops_first_then_cloud_run_then_pubsub():
    assert times() == sorted(set(times()))
    assert load({}, Path("no such folder")).deadline_s == times()[0]


@needs_infra
def test_the_times_are_the_infrastructures():
    service = (INFRA / "service.tf").read_text("utf-8")
    events = (INFRA / "events.tf").read_text("utf-8")
    code_s, run_s, pubsub_s = times()
    assert re.search(rf"deadline_s += {code_s}\b", service)
    assert re.search(rf"push_timeout_s += {run_s}\b", service)
    assert re.search(r"requests_per_instance += 4\b", service)
    assert re.search(rf"ack_deadline_seconds += {pubsub_s}\b", events)


@needs_infra
def test_what_is_scanned_has_every_optional_part():
    """A part that is off by default would be looked at by nobody."""
    text = (ROOT / "delivery" / "everything.tfvars").read_text("utf-8")
    given = set(re.findall(r"^([a-z_]+) +=", text, re.MULTILINE))
    variables = (INFRA / "variables.tf").read_text("utf-8")
    known = dict(re.findall(r'^variable "([a-z_]+)" {\n(.+?)^}$', variables, re.MULTILINE | re.DOTALL))
    optional = {
        name for name, block in known.items() if re.search(r"^  default +=? *(null|false)$", block, re.MULTILINE)
    }
    opens_or_keeps = {"allow_unauthenticated", "create_api_key", "pipeline_account"}
    assert given <= known.keys()
    assert optional - opens_or_keeps - {name for name in optional if name.startswith("gemini_api_key")} <= given
