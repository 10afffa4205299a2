"""Values that only the real providers check are among those that they take."""

import copy

import pytest

from infra.plan import Plan, leaves
from infra.rules import RULES, broken
from infra.variants import ENVIRONMENTS, VARIANTS


@pytest.fixture(scope="module")
def plans(terraform):
    return {name: terraform.plan(environment, **given) for name, (environment, given) in VARIANTS.items()}


@pytest.mark.slow
def test_no_value_would_be_refused(plans):
    assert [said for plan in plans.values() for said in broken(plan)] == []


def test_every_rule_meets_a_value(plans):
    met = {
        (resource.kind, path)
        for plan in plans.values()
        for resource in plan.resources
        for path, _ in leaves(resource.values)
    }
    assert {(kind, path) for kind, rules in RULES.items() for path in rules} <= met


@pytest.mark.parametrize("kind", RULES)
def test_a_value_of_no_sense_is_found(plans, kind):
    plan = next(plan for plan in plans.values() if plan.of(kind))
    wrong = copy.deepcopy(plan.json)
    for entry in wrong["planned_values"]["root_module"]["resources"]:
        if entry["type"] == kind:
            entry["values"] = spoilt(entry["values"], tuple(RULES[kind]))
    assert broken(Plan(wrong))


def spoilt(values, paths, path=""):
    """The values with each one that has a rule replaced by a number that none allows."""
    match values:
        case dict():
            return {name: spoilt(value, paths, f"{path}.{name}" if path else name) for name, value in values.items()}
        case list():
            return [spoilt(value, paths, path) for value in values]
        case None:
            return None
        case _:
            return -1 if path in paths else values


def test_probes_wait_no_longer_than_their_period(plans):
    for plan in plans.values():
        for service in plan.of("google_cloud_run_v2_service").values():
            container = service["template"][0]["containers"][0]
            for probe in (container["startup_probe"][0], container["liveness_probe"][0]):
                assert probe["timeout_seconds"] <= probe["period_seconds"]


def test_a_secret_is_replicated_in_one_way(plans):
    for plan in plans.values():
        for secret in plan.of("google_secret_manager_secret").values():
            replication = secret["replication"][0]
            assert [bool(replication["auto"]), bool(replication["user_managed"])].count(True) == 1
            assert secret["topics"]
            assert secret["rotation"]


def test_a_guard_ends_with_the_rule_that_it_must_have(plans):
    rules = plans["everything"].of("google_compute_security_policy")["main"]["rule"]
    last = max(rules, key=lambda rule: rule["priority"])
    assert last["priority"] == 2_147_483_647
    assert last["match"][0]["config"][0]["src_ip_ranges"] == ["*"]
    assert len({rule["priority"] for rule in rules}) == len(rules)
    limits = [rule["rate_limit_options"][0] for rule in rules if rule["rate_limit_options"]]
    assert [limit["enforce_on_key"] for limit in limits] == ["IP"]
    assert len([rule for rule in rules if "OWASP" in rule["description"]]) == 8


def test_the_edge_speaks_nothing_older_than_tls_1_2_and_sends_plain_http_on(plans):
    plan = plans["everything"]
    assert plan.of("google_compute_ssl_policy")["main"]["min_tls_version"] == "TLS_1_2"
    redirect = plan.one('google_compute_url_map.redirect["main"]')["default_url_redirect"][0]
    assert (redirect["https_redirect"], redirect["strip_query"]) == (True, False)
    ports = {name: rule["port_range"] for name, rule in plan.of("google_compute_global_forwarding_rule").items()}
    assert ports == {"http": "80", "https": "443"}
    groups = {r.values["region"] for r in plan.resources if r.kind == "google_compute_region_network_endpoint_group"}
    assert groups == {"europe-west1", "us-central1"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_optional_parts_are_off(plans, environment):
    kinds = {resource.kind for resource in plans[environment].resources}
    assert not {kind for kind in kinds if kind.startswith(("google_compute_", "google_billing_", "google_monitoring_"))}
    assert not kinds & {"google_apikeys_key", "google_secret_manager_secret_version"}
    assert ("google_kms_crypto_key" in kinds) is (environment == "production")
    assert "public" not in plans[environment].of("google_storage_bucket")
