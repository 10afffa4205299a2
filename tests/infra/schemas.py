"""Cuts the providers' schemas to what infra/ uses, for ``provider``. To be run for a new resource type or provider:

    terraform -chdir=infra init -backend=false
    terraform -chdir=infra providers schema -json > /tmp/schemas.json
    PYTHONPATH=tests python -m infra.schemas /tmp/schemas.json

Takes plain or gzipped JSON. Descriptions are left out: they are most of it, and nothing here reads them.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

from infra.provider import SCHEMAS

INFRA = Path(__file__).parents[2] / "infra"
KEPT = ("version", "block", "attributes", "block_types", "nesting_mode", "min_items", "max_items", "type")
FLAGS = ("required", "optional", "computed", "sensitive", "write_only")
GENERAL = ("project", "region", "billing_project", "user_project_override")  # of the provider's own configuration


def used() -> dict[str, set[str]]:
    """The types that infra/ names: ``{"resource": {"google_storage_bucket", …}, "data": {…}}``."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in INFRA.glob("*.tf"))
    return {kind: set(re.findall(rf'^{kind} "(\w+)"', text, re.MULTILINE)) for kind in ("resource", "data")}


def bare(schema: Any) -> Any:
    """A block or attribute without its descriptions."""
    if "nesting_mode" in schema or "block" in schema:
        return {name: bare(value) if name == "block" else value for name, value in schema.items() if name in KEPT}
    if "type" in schema and not isinstance(schema["type"], dict):
        return {"type": schema["type"]} | {flag: True for flag in FLAGS if schema.get(flag)}
    groups = {group: schema[group] for group in ("attributes", "block_types") if schema.get(group)}
    return {group: {name: bare(value) for name, value in entries.items()} for group, entries in groups.items()}


def cut(full: dict[str, Any]) -> dict[str, Any]:
    """All providers' schemas, with the used types alone. Raises ``KeyError`` for a type that no provider has."""
    names, found = used(), {}
    for address, schema in full["provider_schemas"].items():
        kinds = {"resource_schemas": names["resource"], "data_source_schemas": names["data"]}
        parts = {
            part: {name: bare(entry) for name, entry in sorted(schema.get(part, {}).items()) if name in wanted}
            for part, wanted in kinds.items()
        }
        own = schema["provider"]["block"].get("attributes", {})
        provider = {"block": bare({"attributes": {name: own[name] for name in GENERAL if name in own}})}
        if any(parts.values()):
            found[address] = {"provider": provider, **parts}
    missing = set().union(*names.values()) - {n for s in found.values() for part in list(s.values())[1:] for n in part}
    if missing:
        raise KeyError(f"no provider has {sorted(missing)}")
    return {"provider_schemas": found}


if __name__ == "__main__":
    content = Path(sys.argv[1]).read_bytes()
    given = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    SCHEMAS.write_bytes(gzip.compress(json.dumps(cut(given), separators=(",", ":"), sort_keys=True).encode(), mtime=0))
