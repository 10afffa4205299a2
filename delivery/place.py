"""Where things are in one environment: Terraform's outputs.

``delivery/terraform.sh`` writes them with ``terraform output -json`` into ``build/<environment>.json``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from .programs import Red


@dataclass(frozen=True, slots=True)
class Place:
    """One environment. Buckets are URLs without a slash at the end, the other values as infra/outputs.tf has them."""

    service_name: str
    region: str
    scripts_bucket: str
    episodes_bucket: str
    registry: str
    attestor: str = ""  # none where images need no signature
    signing_key_version: str = ""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read Terraform's outputs. Raises ``Red`` when they are not there or lack something."""
        try:
            outputs = json.loads(path.read_text("utf-8"))
        except OSError:
            raise Red(f"{path} is not there; `sh delivery/terraform.sh output ENVIRONMENT` writes it") from None
        found = {field.name: _value(outputs, field.name) for field in fields(cls)}
        if missing := [name for name in ("service_name", "region", "registry") if not found[name]]:
            raise Red(f"{path} lacks {', '.join(missing)}; is this environment applied?")
        return cls(**found | {name: _url(found[name]) for name in ("scripts_bucket", "episodes_bucket")})


def _value(outputs: dict[str, dict[str, object]], name: str) -> str:
    value = outputs.get(name, {}).get("value")
    return str(value) if value is not None else ""


def _url(bucket: str) -> str:
    return f"gs://{bucket.removeprefix('gs://').rstrip('/')}"
