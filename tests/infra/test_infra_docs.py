"""docs/deploy.md says of infra/ what is so."""

import json
import re

import pytest

from infra.terraform import ROOT, SOURCES
from infra.variants import ENVIRONMENTS, IMAGE

PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
INFRA = ROOT / "infra"
VARIABLES = set(re.findall(r'^variable "(\w+)"', (INFRA / "variables.tf").read_text(), re.MULTILINE))
OUTPUTS = set(re.findall(r'^output "(\w+)"', (INFRA / "outputs.tf").read_text(), re.MULTILINE))
ROWS = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)

# What a cell of the table of environments says, as a variable has it.
WORDS = {"`false`": False, "`true`": True, "no": False, "yes": True}


def cells(row, column):
    """The variables of one row with their values in one environment: ``pipeline_home``, ``smoke_tests`` share a row."""
    names = re.findall(r"`(\w+)`", row[0])
    said = row[column].split(", ") if len(names) > 1 else [row[column].split(",")[0]]
    for name, word in zip(names, said, strict=True):
        plain = word.strip("`")
        yield name, WORDS.get(word, int(plain) if plain.isdigit() else plain)


@pytest.mark.slow
@pytest.mark.parametrize(("column", "environment"), list(enumerate(ENVIRONMENTS, start=1)))
def test_the_table_of_environments_is_what_a_plan_says(terraform, column, environment):
    assert len(ROWS) == 8
    plan = terraform.plan(environment, image=IMAGE)
    in_force = {name: entry["value"] for name, entry in plan.json["variables"].items() if "value" in entry}
    for row in ROWS:
        for name, value in cells(row, column):
            if name in in_force:
                assert in_force[name] == value, name
            else:
                assert in_force["settings"][name] == str(value), name


def test_every_output_that_it_pastes_is_there():
    pasted = set(re.findall(r"output -raw (\w+)", PAGE))
    assert {"secret", "upload_command", "episodes_bucket"} <= pasted <= OUTPUTS


def test_every_optional_part_is_a_variable():
    table = PAGE[PAGE.index("## What is optional") : PAGE.index("**Eventarc instead.**")]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert len(named) > 5
    assert set(named) <= VARIABLES


def test_every_script_and_file_that_it_names_is_there():
    for name in re.findall(r"(infra/[\w./-]+\.(?:sh|tf|tfvars))\b", PAGE):
        assert (ROOT / name).exists(), name
    assert all(f"`{source}`" in PAGE for source in SOURCES)


@pytest.mark.slow
def test_the_example_with_eventarc_is_valid(terraform, tmp_path):
    [example] = re.findall(r"^```hcl\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    around = """
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}
resource "google_service_account" "caller" {
  account_id = "caller"
}
resource "google_storage_bucket" "scripts" {
  name     = "scripts"
  location = "EU"
}
resource "google_storage_bucket" "source" {
  name     = "source"
  location = "EU"
}
resource "google_storage_bucket_object" "source" {
  bucket = google_storage_bucket.source.name
  name   = "source.zip"
  source = "source.zip"
}
"""
    (tmp_path / "main.tf").write_text(around + example)
    terraform.did(f"-chdir={tmp_path}", "init", "-input=false")
    said = json.loads(terraform.did(f"-chdir={tmp_path}", "validate", "-json"))
    assert (said["valid"], said["diagnostics"]) == (True, [])
