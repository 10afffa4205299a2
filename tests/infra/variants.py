"""The configurations that tests look at: each environment as it is, and with its optional parts on."""

from __future__ import annotations

from typing import Any

ENVIRONMENTS = ("development", "staging", "production")
IMAGE = "europe-west1-docker.pkg.dev/my-project/voicebooth/voicebooth@sha256:" + "0123456789abcdef" * 4

# Every optional part at once, in the container packaging.
EVERYTHING: dict[str, Any] = {
    "alert_emails": ["ops@example.org"],
    "budget": {"billing_account": "012345-6789AB-CDEF01", "amount": 20},
    "cors_origins": ["https://example.org"],
    "create_api_key": True,
    "customer_managed_encryption": True,
    "edge": {"domains": ["b.example.org", "a.example.org"]},
    "extra_regions": ["us-central1"],
    "gemini_api_key": "a-key-that-nobody-may-see",  # checkov:skip=CKV_SECRET_6: made up
    "gemini_api_key_version": "1",
    "image": IMAGE,
    "image_readers": {"my-staging": "210987654321"},
    "image_signatures": "enforce",
    "ingress": "load-balancer",
    "public_bucket": True,
    "requests_per_minute": 150,
}

# Name → environment and variables.
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {}) for name in ENVIRONMENTS},
    **{f"{name} container": (name, {"image": IMAGE}) for name in ENVIRONMENTS},
    "keyless": ("development", {"gemini_access": "keyless", "customer_managed_encryption": True, "image": IMAGE}),
    "open": ("development", {"allow_unauthenticated": True, "ingress": "all", "image": IMAGE}),
    "everything": ("production", EVERYTHING),
}
