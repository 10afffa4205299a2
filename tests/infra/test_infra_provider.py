"""The stand-in for the providers checks what it says it checks."""

import pytest

from infra import schemas
from infra.provider import load
from infra.terraform import flags
from infra.variants import VARIANTS


def with_text(terraform, text):
    (terraform.folder / "extra.tf").write_text(text)
    try:
        return terraform.run("validate")
    finally:
        (terraform.folder / "extra.tf").unlink()


TOPIC = 'resource "google_pubsub_topic" "extra" {{\n{}\n}}\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ('name = "extra"\nnmae = "wrong"', 'An argument named "nmae" is not expected here'),
        ("", 'The argument "name" is required'),
        ('name = "extra"\nlabels = "wrong"', 'Inappropriate value for attribute "labels"'),
        ('name = "extra"\nschema_setting {\n}', 'Blocks of type "schema_setting" are not expected here'),
        ('name = "extra"\neffective_labels = {}', '"effective_labels" is for the provider to say'),
    ],
)
def test_what_the_schema_forbids_is_refused(terraform, inside, complaint):
    ran = with_text(terraform, TOPIC.format(inside))
    assert ran.returncode == 1
    assert complaint in " ".join(ran.stderr.replace("│", " ").split())


def test_it_knows_the_types_that_infra_names_and_no_others():
    parts = [part for schema in load().values() for part in (schema["resource_schemas"], schema["data_source_schemas"])]
    assert {name for part in parts for name in part} == set().union(*schemas.used().values())


def test_cutting_keeps_what_is_there_and_finds_what_is_missing():
    whole = {"provider_schemas": load()}
    assert schemas.cut(whole) == whole
    whole["provider_schemas"].pop("registry.terraform.io/hashicorp/time")
    with pytest.raises(KeyError, match="time_sleep"):
        schemas.cut(whole)


@pytest.mark.slow
def test_what_was_applied_needs_no_change_and_keeps_no_key(terraform):
    environment, variables = VARIANTS["everything"]
    state = terraform.folder / "applied.tfstate"
    given = [f"-state={state}", "-input=false", f"-var-file=environments/{environment}.tfvars", *flags(variables)]
    terraform.did("apply", "-auto-approve", *given)
    again = terraform.run("plan", "-detailed-exitcode", *given)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "google_secret_manager_secret_version" in state.read_text()
    assert variables["gemini_api_key"] not in state.read_text()
