"""What an apply of each environment would make, read from its plan."""

import re

import pytest

from infra.plan import leaves
from infra.provider import load
from infra.terraform import PROJECT, ROOT, SOURCES
from infra.variants import ENVIRONMENTS, IMAGE, VARIANTS
from voicebooth import settings

DAY_S = 86_400
PUBLIC = {"allUsers", "allAuthenticatedUsers"}
BROAD = re.compile(r"roles/(owner|editor|viewer|(?!ondemandscanning).*[aA]dmin)")  # nothing smaller may scan an image
ON_ONE_THING = re.compile(
    r"roles/(run\.invoker|secretmanager\..*|iam\..*|storage\.objectUser|pubsub\..*|artifactregistry\..*)"
)


@pytest.fixture(params=VARIANTS, scope="module")
def variant(request):
    return request.param


@pytest.fixture(scope="module")
def plan(terraform, variant):
    environment, variables = VARIANTS[variant]
    return terraform.plan(environment, **variables)


@pytest.fixture(params=ENVIRONMENTS, scope="module")
def environment(request):
    return request.param


@pytest.mark.slow
def test_every_bucket_is_closed(plan, variant):
    buckets = plan.of("google_storage_bucket")
    assert {"scripts", "work", "episodes"} <= buckets.keys()
    for name, bucket in buckets.items():
        assert bucket["uniform_bucket_level_access"] is True
        expected = "inherited" if (name, variant) == ("public", "everything") else "enforced"
        assert bucket["public_access_prevention"] == expected


def test_nobody_is_let_in_unless_it_was_chosen(plan, variant):
    public = {r.address for r in plan.resources if r.values.get("member") in PUBLIC}
    assert public == {
        "open": {'google_cloud_run_v2_service_iam_member.anybody["europe-west1"]'},
        "everything": {"google_storage_bucket_iam_member.public_reader[0]"},
    }.get(variant, set())
    assert not [r for r in plan.resources if r.values.get("invoker_iam_disabled")]
    assert not [r for r in plan.resources if r.kind.endswith(("_iam_policy", "_iam_binding"))]


def test_no_role_is_broad(plan):
    for resource in plan.resources:
        role = resource.values.get("role", "")
        assert not BROAD.fullmatch(role), resource.address
        if resource.kind == "google_project_iam_member":
            assert not ON_ONE_THING.fullmatch(role), resource.address


def test_a_message_is_pushed_with_a_token_and_never_lost(plan):
    push = plan.one("google_pubsub_subscription.scripts")
    assert push["ack_deadline_seconds"] == 600
    assert push["retry_policy"] == [{"minimum_backoff": "10s", "maximum_backoff": "600s"}]
    assert push["push_config"][0]["oidc_token"][0]["service_account_email"].startswith("voicebooth-caller@")
    assert push["dead_letter_policy"][0]["max_delivery_attempts"] == 50
    subscriptions = plan.of("google_pubsub_subscription")
    assert [s["expiration_policy"] for s in subscriptions.values()] == [[{"ttl": ""}]] * len(subscriptions)
    assert subscriptions["dead"]["message_retention_duration"] == f"{31 * DAY_S}s"
    dead = next(r for r in plan.resources if r.address == "google_pubsub_subscription.dead")
    assert dead.refers("topic") == "google_pubsub_topic.dead"


def test_a_notification_tells_of_finished_objects_and_carries_its_data(plan):
    told = plan.one("google_storage_notification.scripts")
    assert (told["payload_format"], told["event_types"]) == ("JSON_API_V1", ["OBJECT_FINALIZE"])


def test_work_ends_before_the_request_and_the_request_before_the_message(plan):
    timeout_s = int(plan.service["timeout"].removesuffix("s"))
    assert int(plan.environment["VOICEBOOTH_DEADLINE_S"]) + 30 <= timeout_s <= 600 - 30


def test_everything_that_can_carry_labels_does(plan, variant):
    blocks = load()["registry.terraform.io/hashicorp/google"]["resource_schemas"]
    labelled = 0
    for resource in plan.resources:
        attributes = blocks.get(resource.kind, {"block": {"attributes": {}}})["block"]["attributes"]
        name = "user_labels" if "user_labels" in attributes else "labels"
        if name in attributes:
            labels = resource.values[name]
            wanted = {"application": "voicebooth", "environment": VARIANTS[variant][0], "managed-by": "terraform"}
            assert labels.items() >= wanted.items(), resource.address
            labelled += 1
    assert labelled > 10


def test_everything_waits_until_its_service_is_there(plan):
    first = {"google_project_service", "time_sleep", "time_offset"}
    for resource in plan.resources:
        if "project" in resource.expressions and resource.kind not in first:
            assert resource.refers("project") == "local.project", resource.address


def test_what_is_kept_for_how_long(terraform, environment):
    plan = terraform.plan(environment)
    buckets = plan.of("google_storage_bucket")
    kept_s = {name: bucket["soft_delete_policy"][0]["retention_duration_seconds"] for name, bucket in buckets.items()}
    assert kept_s == {"scripts": 7 * DAY_S, "work": 0, "episodes": 7 * DAY_S, "source": 0}
    assert buckets["scripts"]["versioning"] == [{"enabled": True}]
    conditions = [rule["condition"][0] for rule in buckets["work"]["lifecycle_rule"]]
    ages = {tuple(condition["matches_prefix"] or ()): condition["age"] for condition in conditions}
    assert ages == {
        ("takes/",): {"development": 30, "staging": 30, "production": 365}[environment],
        ("claims/",): 7,
        (): 1,
    }
    for bucket in buckets.values():
        assert "AbortIncompleteMultipartUpload" in {rule["action"][0]["type"] for rule in bucket["lifecycle_rule"]}


def test_only_production_asks_for_signatures(terraform, environment):
    policies = terraform.plan(environment, image=IMAGE).of("google_binary_authorization_policy")
    assert bool(policies) is (environment == "production")
    for policy in policies.values():
        rule = policy["default_admission_rule"][0]
        assert rule["evaluation_mode"] == "REQUIRE_ATTESTATION"
        assert rule["enforcement_mode"] == "ENFORCED_BLOCK_AND_AUDIT_LOG"
        assert rule["require_attestations_by"] == ["voicebooth-pipeline"]


def test_both_packagings_run_alike(terraform, environment):
    function, container = terraform.plan(environment), terraform.plan(environment, image=IMAGE)
    assert function.service == container.service
    assert function.service["account"] == f"voicebooth-runtime@{PROJECT}.iam.gserviceaccount.com"
    assert not function.of("google_cloud_run_v2_service")
    assert not container.of("google_cloudfunctions2_function")
    assert not container.of("google_storage_bucket_object")


def test_the_container_is_probed_where_it_answers(terraform):
    service = terraform.plan("production", image=IMAGE).of("google_cloud_run_v2_service")["main"]
    container = service["template"][0]["containers"][0]
    assert container["startup_probe"][0]["http_get"][0]["path"] == "/health/ready"
    assert container["liveness_probe"][0]["http_get"][0]["path"] == "/health/live"
    assert container["resources"][0]["cpu_idle"] is True
    assert service["binary_authorization"][0]["use_default"] is True
    assert service["deletion_protection"] is True


def test_the_function_is_made_of_the_program_and_nothing_else(terraform):
    archive = next(d for d in terraform.plan("development").data if d["type"] == "archive_file")["values"]["source"]
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "voicebooth").rglob("*") if path.is_file()}
    files = {file for file in files if "__pycache__" not in file}
    assert {entry["filename"] for entry in archive} == files | set(SOURCES)
    assert all(entry["content"] == (ROOT / entry["filename"]).read_text(encoding="utf-8") for entry in archive)


def test_every_variable_of_the_service_is_a_setting_with_a_value_it_takes(plan, variant, tmp_path):
    given = dict(plan.environment)
    framework = {name: given.pop(name) for name in ("THREADS", "LOG_EXECUTION_ID")}
    assert framework == {"THREADS": str(plan.service["concurrency"]), "LOG_EXECUTION_ID": "false"}
    assert given.keys() <= settings.NAMES.variables.keys()
    chosen = settings.load(given, tmp_path)
    assert not chosen.warnings
    assert chosen.environment == VARIANTS[variant][0]
    assert chosen.scripts_bucket == f"gs://{PROJECT}-voicebooth-scripts"
    assert bool(chosen.gemini_api_key_secret) is (variant != "keyless")
    assert chosen.google_genai_use_enterprise is (variant == "keyless")


def test_the_key_is_in_no_plan(terraform):
    environment, variables = VARIANTS["everything"]
    plan = terraform.plan(environment, **variables)
    assert "google_secret_manager_secret_version" in {resource.kind for resource in plan.resources}
    assert variables["gemini_api_key"] not in str(plan.json)


def test_instances_share_the_quota(terraform):
    plan = terraform.plan("production", image=IMAGE, requests_per_minute=150)
    assert plan.environment["VOICEBOOTH_REQUESTS_PER_MINUTE"] == "12"  # 80 % of 150 over ten instances
    regions = {"image": IMAGE, "edge": {"domains": ["example.org"]}, "ingress": "load-balancer"}
    two = terraform.plan("production", requests_per_minute=150, extra_regions=["us-central1"], **regions)
    assert two.environment["VOICEBOOTH_REQUESTS_PER_MINUTE"] == "6"
    queue = plan.one("google_cloud_tasks_queue.synthesis")
    assert queue["rate_limits"][0]["max_dispatches_per_second"] == 2
    assert queue["rate_limits"][0]["max_concurrent_dispatches"] == 40


def test_no_path_of_ours_ends_in_a_letter_that_cloud_run_keeps(plan):
    for resource in plan.resources:
        for path, value in leaves(resource.values):
            if path.endswith(("http_get.path", "push_endpoint")):
                assert not str(value).endswith("z")
