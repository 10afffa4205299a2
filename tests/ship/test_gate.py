"""The gate behind the image scan: "at least", told apart from "equal"."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import gate
from delivery.gate import Acceptance, Finding, Severity, blocking, finding, read_accepted
from delivery.programs import Red
from shipment import IMAGE

TODAY = date(2026, 11, 24)
SCAN = "projects/p/locations/europe/scans/1"
RATED = [severity for severity in Severity if severity is not Severity.SEVERITY_UNSPECIFIED]


def entry(name, severity, package="libexpat", fixed=""):
    """A vulnerability as On-Demand Scanning lists it."""
    issue = {"affectedPackage": package} | ({"fixedVersion": {"fullName": fixed}} if fixed else {})
    told = {"shortDescription": name, "effectiveSeverity": severity, "packageIssue": [issue]}
    return {"noteName": f"projects/goog-vulnz/notes/{name}", "vulnerability": told}


@pytest.mark.parametrize("at_least", RATED)
@pytest.mark.parametrize("severity", list(Severity))
def test_a_threshold_stops_its_own_severity_and_every_higher_one(severity, at_least):
    stops = blocking([Finding("CVE-1", severity, "p")], at_least, {}, TODAY)
    assert bool(stops) == (list(Severity).index(severity) >= list(Severity).index(at_least))


def test_a_sample_gate_would_have_let_the_worst_pass():
    found = [Finding("CVE-1", Severity.CRITICAL, "p"), Finding("CVE-2", Severity.LOW, "p")]
    assert [each.id for each in blocking(found, Severity.HIGH, {}, TODAY)] == ["CVE-1"]


@given(st.lists(st.builds(Finding, st.sampled_from("AB"), st.sampled_from(list(Severity)), st.just("p")), max_size=6))
def test_a_lower_threshold_never_stops_less(found):
    stopped = [set(blocking(found, severity, {}, TODAY)) for severity in RATED]
    assert all(more >= fewer for more, fewer in pairwise(stopped))


def test_the_worst_comes_first():
    found = [Finding("B", Severity.HIGH, "p"), Finding("C", Severity.CRITICAL, "p"), Finding("A", Severity.HIGH, "p")]
    assert [each.id for each in blocking(found, Severity.LOW, {}, TODAY)] == ["C", "A", "B"]


@pytest.mark.parametrize(
    ("name", "until", "stops"),
    [
        ("CVE-1", date(2026, 11, 25), False),
        ("CVE-1", TODAY, False),  # its last day
        ("CVE-1", date(2026, 11, 23), True),
        ("CVE-2", date(2027, 1, 1), True),
    ],
)
def test_what_is_accepted_passes_until_its_day(name, until, stops):
    accepted = {name: Acceptance("nothing calls it", until)}
    assert bool(blocking([Finding("CVE-1", Severity.CRITICAL, "p")], Severity.LOW, accepted, TODAY)) == stops


@pytest.mark.parametrize(
    "text",
    ['["CVE-1"]\nreason = "x"\n', '["CVE-1"]\nuntil = 2027-01-01\n', '["CVE-1"]\nreason = "x"\nuntil = "soon"\n'],
)
def test_nothing_is_accepted_without_a_reason_and_a_day(tmp_path, text):
    path = tmp_path / "accepted.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Red, match="CVE-1 needs a reason and a day"):
        read_accepted(path)


def test_an_acceptance_is_read(tmp_path):
    path = tmp_path / "accepted.toml"
    path.write_text('["CVE-1"]\nreason = "x"\nuntil = 2027-01-01\n', "utf-8")
    assert read_accepted(path) == {"CVE-1": Acceptance("x", date(2027, 1, 1))}


def test_the_projects_own_list_can_be_read():
    assert read_accepted(gate.ACCEPTED).keys() is not None


def test_an_entry_of_a_scan_is_read():
    assert finding(entry("CVE-1", "HIGH", "zlib", "1.3.2")) == Finding("CVE-1", Severity.HIGH, "zlib", "1.3.2")


@pytest.mark.parametrize("told", [{}, {"vulnerability": {}}, entry("CVE-1", "DREADFUL"), entry("CVE-1", "")])
def test_what_nobody_rated_counts_as_the_worst(told):
    assert finding(told).severity is Severity.SEVERITY_UNSPECIFIED


def scanned(gcloud, *entries):
    gcloud.answers("images scan", SCAN + "\n")
    gcloud.answers(f"list-vulnerabilities {SCAN}", list(entries))


def test_a_clean_image_passes(gcloud, capsys):
    scanned(gcloud, entry("CVE-1", "MEDIUM"))
    gate.main(["--image", IMAGE, "--at-least", "HIGH", "--location", "europe"])
    assert "none of 1" in capsys.readouterr().out
    assert gcloud.called("images scan")[0][4:7] == [IMAGE, "--remote", "--location=europe"]


def test_an_image_is_stopped_and_told_why(gcloud, capsys):
    scanned(gcloud, entry("CVE-1", "CRITICAL", "zlib", "1.3.2"), entry("CVE-2", "LOW"))
    with pytest.raises(Red, match="1 of 2 known vulnerabilities are HIGH or worse"):
        gate.main(["--image", IMAGE, "--at-least", "HIGH", "--location", "europe"])
    assert "CRITICAL CVE-1 in zlib, fixed in 1.3.2" in capsys.readouterr().out


def test_a_scan_that_fails_is_no_clean_image(gcloud):
    gcloud.answers("images scan", err="ERROR: PERMISSION_DENIED", status=1)
    with pytest.raises(Red, match="PERMISSION_DENIED"):
        gate.main(["--image", IMAGE, "--at-least", "HIGH", "--location", "europe"])


def test_a_scan_without_a_result_is_no_clean_image(gcloud):
    gcloud.answers("images scan", "\n")
    with pytest.raises(Red, match="no result"):
        gate.main(["--image", IMAGE, "--at-least", "HIGH", "--location", "europe"])
