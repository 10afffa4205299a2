"""What the providers' schemas do not say and the real providers refuse: which values an argument takes.

Paths are those of ``plan.leaves``. The numbers and words come from the providers' documentation, versions 7.45 to 8.7:
https://registry.terraform.io/providers/hashicorp/google/latest/docs
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from infra.plan import Plan, Resource, leaves

Rule = frozenset[str] | re.Pattern[str] | range


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def seconds(low: int, high: int) -> range:
    return range(low, high + 1)


NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")

RULES: dict[str, dict[str, Rule]] = {
    "google_service_account": {"account_id": re.compile(r"(?=.{6,30}$)[a-z]([-a-z0-9]*[a-z0-9])")},
    "google_storage_bucket": {
        "name": re.compile(r"(?=.{3,63}$)[a-z0-9][-a-z0-9]*[a-z0-9]"),
        "public_access_prevention": words("inherited enforced"),
        "lifecycle_rule.action.type": words("Delete SetStorageClass AbortIncompleteMultipartUpload"),
        "lifecycle_rule.condition.with_state": words("LIVE ARCHIVED ANY"),
        "lifecycle_rule.condition.age": range(1, 36_500),  # 0 is dropped
        "soft_delete_policy.retention_duration_seconds": re.compile(r"0|604800|\d{7}"),
    },
    "google_storage_notification": {
        "payload_format": words("JSON_API_V1 NONE"),
        "event_types": words("OBJECT_FINALIZE OBJECT_METADATA_UPDATE OBJECT_DELETE OBJECT_ARCHIVE"),
    },
    "google_pubsub_subscription": {
        "ack_deadline_seconds": range(10, 601),
        "message_retention_duration": seconds(600, 2_678_400),
        "retry_policy.minimum_backoff": seconds(0, 600),
        "retry_policy.maximum_backoff": seconds(0, 600),
        "dead_letter_policy.max_delivery_attempts": range(5, 101),
    },
    "google_cloud_run_v2_service": {
        "name": re.compile(r"[a-z]([-a-z0-9]{0,47}[a-z0-9])?"),
        "ingress": words("INGRESS_TRAFFIC_ALL INGRESS_TRAFFIC_INTERNAL_ONLY INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
        "description": re.compile(r".{0,512}"),
        "traffic.type": words("TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"),
        "template.timeout": seconds(1, 3600),
        "template.max_instance_request_concurrency": range(1, 1001),
        "template.execution_environment": words("EXECUTION_ENVIRONMENT_GEN1 EXECUTION_ENVIRONMENT_GEN2"),
        "template.containers.resources.limits.cpu": words("1 2 4 6 8"),
        "template.containers.startup_probe.period_seconds": range(1, 241),
        "template.containers.liveness_probe.period_seconds": range(1, 3601),
    },
    "google_cloudfunctions2_function": {
        "service_config.ingress_settings": words("ALLOW_ALL ALLOW_INTERNAL_ONLY ALLOW_INTERNAL_AND_GCLB"),
        "service_config.timeout_seconds": range(1, 3601),
        "service_config.max_instance_request_concurrency": range(1, 1001),
    },
    "google_cloud_tasks_queue": {
        "rate_limits.max_concurrent_dispatches": range(1, 5001),
        "rate_limits.max_dispatches_per_second": re.compile(r"0\.\d+|[1-9]\d?(\.\d+)?|[1-4]\d\d(\.\d+)?|500"),
        "stackdriver_logging_config.sampling_ratio": re.compile(r"0(\.\d+)?|1(\.0)?"),
    },
    "google_secret_manager_secret": {"rotation.rotation_period": seconds(3600, 3_153_600_000)},
    "google_secret_manager_secret_version": {
        "secret_data_wo_version": re.compile(r"[1-9]\d*"),
        "deletion_policy": words("DELETE DISABLE ABANDON PREVENT"),
    },
    "google_apikeys_key": {"name": NAME},
    "google_artifact_registry_repository": {
        "format": words("DOCKER"),
        "cleanup_policies.action": words("DELETE KEEP"),
        "cleanup_policies.condition.tag_state": words("TAGGED UNTAGGED ANY"),
        "vulnerability_scanning_config.enablement_config": words("INHERITED DISABLED"),
    },
    "google_kms_crypto_key": {
        "purpose": words("ENCRYPT_DECRYPT ASYMMETRIC_SIGN"),
        "rotation_period": seconds(86_401, 3_153_600_000),
        "version_template.protection_level": words("SOFTWARE HSM EXTERNAL EXTERNAL_VPC"),
    },
    "google_binary_authorization_policy": {
        "global_policy_evaluation_mode": words("ENABLE DISABLE"),
        "default_admission_rule.evaluation_mode": words("ALWAYS_ALLOW REQUIRE_ATTESTATION ALWAYS_DENY"),
        "default_admission_rule.enforcement_mode": words("ENFORCED_BLOCK_AND_AUDIT_LOG DRYRUN_AUDIT_LOG_ONLY"),
    },
    "google_monitoring_alert_policy": {
        "combiner": words("AND OR AND_WITH_MATCHING_RESOURCE"),
        "severity": words("CRITICAL ERROR WARNING"),
        "display_name": re.compile(r".{1,512}"),
        "conditions.condition_threshold.comparison": words("COMPARISON_GT COMPARISON_LT"),
        "conditions.condition_threshold.filter": re.compile(r".{1,2048}"),
        "conditions.condition_threshold.aggregations.alignment_period": seconds(60, 90_000),
        "conditions.condition_threshold.aggregations.per_series_aligner": re.compile(r"ALIGN_[A-Z0-9_]+"),
    },
    "google_compute_backend_service": {"load_balancing_scheme": words("EXTERNAL_MANAGED")},
    "google_compute_global_forwarding_rule": {"load_balancing_scheme": words("EXTERNAL_MANAGED")},
    "google_compute_backend_bucket": {
        "cdn_policy.cache_mode": words("USE_ORIGIN_HEADERS FORCE_CACHE_ALL CACHE_ALL_STATIC")
    },
    "google_compute_ssl_policy": {"profile": words("MODERN RESTRICTED"), "min_tls_version": words("TLS_1_2 TLS_1_3")},
    "google_compute_managed_ssl_certificate": {"name": NAME},
    "google_compute_security_policy": {
        "type": words("CLOUD_ARMOR CLOUD_ARMOR_EDGE CLOUD_ARMOR_INTERNAL_SERVICE"),
        "rule.description": re.compile(r".{0,64}"),
        "rule.action": re.compile(r"allow|throttle|rate_based_ban|deny\((403|404|502)\)"),
        "rule.match.versioned_expr": words("SRC_IPS_V1"),
        "rule.rate_limit_options.conform_action": words("allow"),
        "rule.rate_limit_options.exceed_action": re.compile(r"deny\((403|404|429|502)\)|redirect"),
        "rule.rate_limit_options.enforce_on_key": words(
            "ALL IP XFF_IP HTTP_HEADER HTTP_COOKIE HTTP_PATH SNI REGION_CODE"
        ),
        "rule.rate_limit_options.rate_limit_threshold.count": range(1, 1_000_001),
        "rule.rate_limit_options.rate_limit_threshold.interval_sec": re.compile(r"10|30|60|120|[1-9]\d{2}|[1-3]\d{3}"),
    },
}


def broken(plan: Plan) -> list[str]:
    """Say which values of a plan the real providers would refuse."""
    return [said for resource in plan.resources for said in _broken(resource)]


def _broken(resource: Resource) -> Iterator[str]:
    rules = RULES.get(resource.kind, {})
    for path, value in leaves(resource.values):
        if path in rules and not _allowed(rules[path], value):
            yield f"{resource.address}: {path} = {value!r}"


def _allowed(rule: Rule, value: Any) -> bool:
    match rule:
        case frozenset():
            return value in rule
        case range():
            return int(str(value).removesuffix("s")) in rule
        case _:
            return bool(rule.fullmatch(str(value)))
