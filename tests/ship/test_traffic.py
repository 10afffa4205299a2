"""Revisions and traffic, against a gcloud of our own."""

import pytest

from delivery import sign, stage, traffic
from delivery.place import Place
from delivery.programs import Red
from shipment import IMAGE, OUTPUTS
from shipment import traffic as told

A, B, C = "voicebooth-00001-a", "voicebooth-00002-b", "voicebooth-00003-c"


@pytest.fixture
def place(place_file):
    return Place.read(place_file)


def revision(name, ready="True"):
    return {"metadata": {"name": name}, "status": {"conditions": [{"type": "Ready", "status": ready}]}}


def test_shares_are_added_up_and_tags_without_traffic_left_out(gcloud, place):
    service = told(**{A: 60, B: 30})
    service["status"]["traffic"] += [{"revisionName": A, "percent": 10}, {"revisionName": C, "tag": "candidate"}]
    gcloud.answers("run services describe", service)
    assert traffic.shares(place) == {A: 70, B: 30}


def test_traffic_is_moved_as_a_whole(gcloud, place):
    with pytest.raises(Red, match="not 100 percent"):
        traffic.move(place, {A: 90})
    assert gcloud.calls == []


def test_a_revision_gets_all(gcloud, place):
    gcloud.answers("update-traffic")
    traffic.move(place, {A: 0, B: 100})
    assert gcloud.called()[0][:5] == [
        *("run", "services", "update-traffic", "voicebooth", "--region=europe-west1"),
    ]
    assert f"--to-revisions={B}=100" in gcloud.called()[0]


@pytest.mark.parametrize("failure", [Red("no"), KeyboardInterrupt(), SystemExit(143)])
def test_whatever_fails_gives_traffic_back(gcloud, place, failure):
    gcloud.answers("update-traffic")
    with pytest.raises(type(failure)), traffic.or_back(place, A):
        raise failure
    assert f"--to-revisions={A}=100" in gcloud.called("update-traffic")[0]


def test_what_goes_well_moves_nothing(gcloud, place):
    with traffic.or_back(place, A):
        pass
    assert gcloud.calls == []


def test_back_is_the_newest_older_one_that_could_serve(gcloud, place_file, capsys):
    gcloud.answers("run services describe", told(**{C: 100}))
    gcloud.answers("run revisions list", [revision("d-newer"), revision(C), revision(B, "False"), revision(A)])
    gcloud.answers("update-traffic")
    traffic.main(["--place", str(place_file), "--back"])
    assert f"--to-revisions={A}=100" in gcloud.called("update-traffic")[0]
    assert capsys.readouterr().out == f"{C} 100 %\n"


def test_there_may_be_nothing_to_go_back_to(gcloud, place_file):
    gcloud.answers("run services describe", told(**{A: 100}))
    gcloud.answers("run revisions list", [revision(A)])
    with pytest.raises(Red, match="no revision before"):
        traffic.main(["--place", str(place_file), "--back"])
    assert not gcloud.called("update-traffic")


def test_a_person_may_choose(gcloud, place_file):
    gcloud.answers("run services describe", told(**{C: 50, A: 50}))
    gcloud.answers("update-traffic")
    traffic.main(["--place", str(place_file), "--to", B])
    assert f"--to-revisions={B}=100" in gcloud.called("update-traffic")[0]


def test_a_look_moves_nothing(gcloud, place_file, capsys):
    gcloud.answers("run services describe", told(**{C: 75, A: 25}))
    traffic.main(["--place", str(place_file)])
    assert capsys.readouterr().out == f"{C} 75 %\n{A} 25 %\n"


def test_an_image_is_staged_without_traffic(gcloud, place_file, tmp_path):
    gcloud.answers("run deploy", {"status": {"latestCreatedRevisionName": B}})
    stage.main(["--place", str(place_file), "--image", IMAGE, "--note", str(tmp_path / "revision")])
    assert (tmp_path / "revision").read_text() == B
    assert "--no-traffic" in gcloud.called("run deploy")[0]


# --- signing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("image", ["", "p/voicebooth:latest", "p/voicebooth", "p/voicebooth@sha256:abc", f"{IMAGE} "])
def test_what_names_no_digest_is_refused(image):
    with pytest.raises(Red, match="does not name an image by digest"):
        sign.by_digest(image)


def test_an_image_is_signed_by_its_digest(gcloud, place_file):
    gcloud.answers("attestations list", [])
    gcloud.answers("attestations sign-and-create")
    sign.main(["--place", str(place_file), "--image", IMAGE])
    (words,) = gcloud.called("sign-and-create")
    about = (f"--artifact-url={IMAGE}", f"--attestor={OUTPUTS['attestor']}")
    assert {*about, f"--keyversion={OUTPUTS['signing_key_version']}", "--validate"} <= set(words)


def test_a_signature_is_made_once(gcloud, place_file):
    gcloud.answers("attestations list", [{"name": "projects/p/occurrences/1"}])
    sign.main(["--place", str(place_file), "--image", IMAGE])
    assert not gcloud.called("sign-and-create")


def test_where_no_signature_is_asked_for_none_is_made(gcloud, tmp_path, capsys):
    path = tmp_path / "staging.json"
    path.write_text('{"service_name": {"value": "v"}, "region": {"value": "r"}, "registry": {"value": "g"}}')
    sign.main(["--place", str(path), "--image", IMAGE])
    assert gcloud.calls == []
    assert "asks for no signature" in capsys.readouterr().out
