"""infra/ is formatted, valid, documented and in order."""

import re
from collections import Counter

import pytest

from infra.terraform import ROOT
from voicebooth.settings import NAMES

INFRA = ROOT / "infra"
FILES = sorted(INFRA.glob("*.tf"))
TESTS = sorted(INFRA.glob("tests/*.tftest.hcl"))


def test_it_is_formatted(terraform):
    ran = terraform.run("fmt", "-check", "-recursive", "-diff", str(INFRA))
    assert ran.returncode == 0, ran.stdout


@pytest.mark.slow
def test_it_is_valid(terraform):
    terraform.did("validate")


@pytest.mark.slow
@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_its_own_tests_pass(terraform, file):
    runs = len(re.findall(r"^run ", file.read_text(), re.MULTILINE))
    assert f"Success! {runs} passed, 0 failed." in terraform.did("test", f"-filter=tests/{file.name}")


def test_every_refusal_of_a_variable_is_tried():
    validated = re.split(r'^variable "(\w+)" {$', (INFRA / "variables.tf").read_text(), flags=re.MULTILINE)[1:]
    checks = {name: body.count("validation {") for name, body in zip(validated[::2], validated[1::2], strict=True)}
    refusals = "".join(file.read_text() for file in TESTS if file.name.startswith("refusals"))
    tried = re.findall(r"expect_failures = \[var\.(\w+)\]", refusals)
    assert all(Counter(tried)[name] >= count for name, count in checks.items())


@pytest.mark.parametrize(("file", "kind"), [("variables.tf", "variable"), ("outputs.tf", "output")])
def test_variables_and_outputs_are_in_order_and_described(file, kind):
    text = (INFRA / file).read_text()
    blocks = re.split(rf'^{kind} "(\w+)" {{$', text, flags=re.MULTILINE)
    names, bodies = blocks[1::2], blocks[2::2]
    assert names == sorted(names)
    assert len(names) > 10
    for name, body in zip(names, bodies, strict=True):
        assert re.search(r'^  description = "[A-Z].+\."$', body, re.MULTILINE), name
        if kind == "variable":
            assert re.search(r"^  type +=", body, re.MULTILINE), name
            assert ("nullable" in body) is not bool(re.search(r"^  default +=? *null$", body, re.MULTILINE)), name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_about_one_thing(file):
    lines = file.read_text().splitlines()
    assert len(lines) <= 400
    assert file.name in {"backend.tf", "locals.tf", "outputs.tf", "variables.tf", "versions.tf"} or lines[0][:2] == "# "


def test_no_secret_is_kept_by_an_argument_that_lies_in_the_state():
    text = "\n".join(file.read_text() for file in FILES)
    assert not re.search(r"^\s*(secret_data|password|auth_token)\s*=", text, re.MULTILINE)
    uses = [line.strip() for line in text.splitlines() if "key_string" in line and not line.startswith("#")]
    assert len(uses) == 1
    assert uses[0].startswith("secret_data_wo ")


def test_each_environment_has_a_state_of_its_own():
    backends = sorted(INFRA.glob("environments/*.tfbackend"))
    prefixes = [re.findall(r'^prefix = "(.+)"$', backend.read_text(), re.MULTILINE) for backend in backends]
    assert prefixes == [["voicebooth/development"], ["voicebooth/production"], ["voicebooth/staging"]]


@pytest.mark.parametrize("name", [name for name in NAMES.variables if name.startswith("VOICEBOOTH_")])
def test_every_setting_of_ours_can_be_given_to_the_service(name):
    variables = (INFRA / "variables.tf").read_text()
    taken = re.search(r'can\(regex\("(\^\(VOICEBOOTH_.+?\)\$)", name\)', variables)
    assert taken
    assert re.fullmatch(taken[1], name)
