"""A plan as ``terraform show -json`` prints it, and the questions that tests ask of it.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource to be made: its values as far as they are known, and what its arguments refer to."""

    address: str
    kind: str
    name: str
    values: Json
    expressions: Json

    def refers(self, argument: str) -> str:
        """The resource, or local value, that an argument is taken from: ``google_storage_bucket.work``."""
        references: list[str] = self.expressions.get(argument, {}).get("references", [])
        found = [reference.split("[")[0] for reference in references if reference not in {"each.value", "each.key"}]
        return ".".join(found[0].split(".")[:2]) if found else ""


class Plan:
    """What a first apply would make."""

    def __init__(self, plan: Json) -> None:
        self.json = plan

    @cached_property
    def resources(self) -> list[Resource]:
        """Every managed resource."""
        configured = {
            (entry["type"], entry["name"]): entry.get("expressions", {})
            for entry in self.json["configuration"]["root_module"]["resources"]
            if entry["mode"] == "managed"
        }
        return [
            Resource(
                entry["address"],
                entry["type"],
                entry["name"],
                entry["values"],
                configured[entry["type"], entry["name"]],
            )
            for entry in self.json["planned_values"]["root_module"]["resources"]
            if entry["mode"] == "managed"
        ]

    @property
    def data(self) -> list[Json]:
        """Every data source that was read."""
        return list(self.json["prior_state"]["values"]["root_module"]["resources"])

    def of(self, kind: str) -> dict[str, Json]:
        """The values of all resources of a type, by name; of those with several instances, one."""
        return {resource.name: resource.values for resource in self.resources if resource.kind == kind}

    def one(self, address: str) -> Json:
        """The values of a resource by its address."""
        found = {resource.address: resource.values for resource in self.resources}
        assert address in found, f"{address} is not among {sorted(found)}"
        return found[address]

    @property
    def service(self) -> Json:
        """What both packagings have in common, told in the same words."""
        functions = self.of("google_cloudfunctions2_function")
        if functions:
            return _function(functions["main"])
        return _container(self.of("google_cloud_run_v2_service")["main"])

    @property
    def environment(self) -> dict[str, str | None]:
        """The environment variables of the service; ``None`` where the value is known after the apply only."""
        environment: dict[str, str | None] = self.service["environment"]
        return environment


def leaves(values: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside a resource with its path, list positions left out: ``push_config.oidc_token.audience``."""
    match values:
        case dict():
            for name, value in values.items():
                yield from leaves(value, f"{path}.{name}" if path else name)
        case list():
            for value in values:
                yield from leaves(value, path)
        case None:
            return
        case _:
            yield path, values


def _function(function: Json) -> Json:
    service = function["service_config"][0]
    return {
        "account": service["service_account_email"],
        "environment": service["environment_variables"],
        "timeout": f"{service['timeout_seconds']}s",
        "concurrency": service["max_instance_request_concurrency"],
        "cpu": service["available_cpu"],
        "memory": service["available_memory"],
        "instances": (service["min_instance_count"], service["max_instance_count"]),
        "ingress": {
            "ALLOW_INTERNAL_ONLY": "internal",
            "ALLOW_INTERNAL_AND_GCLB": "load-balancer",
            "ALLOW_ALL": "all",
        }[service["ingress_settings"]],
    }


def _container(service: Json) -> Json:
    template = service["template"][0]
    container = template["containers"][0]
    scaling = template["scaling"][0]
    return {
        "account": template["service_account"],
        "environment": {entry["name"]: entry.get("value") for entry in container["env"]},
        "timeout": template["timeout"],
        "concurrency": template["max_instance_request_concurrency"],
        "cpu": container["resources"][0]["limits"]["cpu"],
        "memory": container["resources"][0]["limits"]["memory"],
        "instances": (scaling["min_instance_count"], scaling["max_instance_count"]),
        "ingress": {
            "INGRESS_TRAFFIC_INTERNAL_ONLY": "internal",
            "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER": "load-balancer",
            "INGRESS_TRAFFIC_ALL": "all",
        }[service["ingress"]],
    }
