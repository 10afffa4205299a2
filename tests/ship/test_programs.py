"""Other programs, Terraform's outputs, and how a step ends."""

import subprocess
import sys

import pytest

from delivery.place import Place
from delivery.programs import Red, gcloud, run
from fakes.cloud import ROOT
from shipment import OUTPUTS, as_terraform_has_it


def test_a_programs_words_are_returned(capsys):
    assert run("echo", "two words") == "two words\n"
    assert capsys.readouterr().err == "$ echo 'two words'\n"


def test_what_a_program_is_told_is_not_shown(capsys):
    assert run("cat", stdin="Ann: Hello.") == "Ann: Hello."
    assert "Hello" not in capsys.readouterr().err


def test_a_program_that_fails_is_red_with_its_last_words():
    with pytest.raises(Red, match=r"sh ended with status 3:\nno such thing"):
        run("sh", "-c", "echo no such thing >&2; exit 3")


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(Red, match="there is no program no-such-program here"):
        run("no-such-program")


def test_gcloud_answers_in_json_and_asks_nobody(request):
    fake = request.getfixturevalue("gcloud")
    fake.answers("run services list", [{"a": 1}])
    fake.answers("run services delete")
    assert gcloud("run", "services", "list") == [{"a": 1}]
    assert gcloud("run", "services", "delete") is None
    assert all({"--quiet", "--format=json"} <= set(words) for words in fake.called())


def test_a_red_step_has_a_status_and_no_traceback(tmp_path):
    command = [sys.executable, "-m", "delivery.traffic", "--place", str(tmp_path / "nowhere.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"red: {tmp_path}/nowhere.json is not there; `sh delivery/terraform.sh output")
    assert "Traceback" not in done.stderr


# --- where things are -------------------------------------------------------------------------------------------------


def test_a_place_is_read_from_terraforms_outputs(place_file):
    place = Place.read(place_file)
    assert (place.service_name, place.region, place.registry) == ("voicebooth", "europe-west1", OUTPUTS["registry"])
    assert (place.scripts_bucket, place.episodes_bucket) == ("gs://p-scripts", "gs://p-episodes")
    assert place.signing_key_version == OUTPUTS["signing_key_version"]


@pytest.mark.parametrize("bucket", ["p-scripts", "gs://p-scripts", "gs://p-scripts/"])
def test_a_bucket_is_a_url_however_it_is_given(tmp_path, bucket):
    path = tmp_path / "place.json"
    path.write_text(as_terraform_has_it(OUTPUTS | {"scripts_bucket": bucket}), "utf-8")
    assert Place.read(path).scripts_bucket == "gs://p-scripts"


def test_without_signatures_there_is_no_attestor(tmp_path):
    path = tmp_path / "place.json"
    path.write_text(as_terraform_has_it(OUTPUTS | {"attestor": None, "signing_key_version": None}), "utf-8")
    place = Place.read(path)
    assert (place.attestor, place.signing_key_version) == ("", "")


@pytest.mark.parametrize("missing", ["service_name", "region", "registry"])
def test_an_environment_that_is_not_applied_is_told(tmp_path, missing):
    path = tmp_path / "place.json"
    path.write_text(as_terraform_has_it({name: v for name, v in OUTPUTS.items() if name != missing}), "utf-8")
    with pytest.raises(Red, match=f"lacks {missing}; is this environment applied"):
        Place.read(path)
