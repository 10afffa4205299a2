"""Stand-ins for Terraform's providers, with their real schemas, that need no network and no account.

    with serving(load()) as attached:
        subprocess.run(["terraform", "validate"], env=os.environ | attached)

``providers.json.gz`` is what ``terraform providers schema -json`` prints, cut to the types that infra/ names; see
``schemas``. So ``init``, ``validate``, ``plan``, ``apply`` and ``test`` check every block, argument, type and required
value. What an apply would learn from Google becomes a
placeholder. Not checked: enumerations, ranges, arguments that
exclude each other (``rules`` does that on a plan), and whether a change replaces its resource.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import grpc
import msgpack

from infra.wire import ERROR, MESSAGES, NESTING, SERVICE

SCHEMAS = Path(__file__).parent / "providers.json.gz"
# What the real providers know while they plan, from what they are given.
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "google_service_account": {
        "email": "{account_id}@{project}.iam.gserviceaccount.com",
        "member": "serviceAccount:{account_id}@{project}.iam.gserviceaccount.com",
    },
    "google_project": {"number": "123456789012"},
    "google_storage_project_service_account": {
        "member": "serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com"
    },
}
FLAGS = ("required", "optional", "computed", "sensitive", "write_only")
UNKNOWN = msgpack.ExtType(0, b"\x00")
Json = dict[str, Any]
_ATTACHED = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.getpid(), "Test": True}
_SILENT = ("GetMetadata", "ValidateProviderConfig", "ValidateDataResourceConfig", "ConfigureProvider", "StopProvider")


def load(path: Path = SCHEMAS) -> dict[str, Json]:
    """Return the schemas by the provider's address."""
    opened: dict[str, Json] = json.loads(gzip.decompress(path.read_bytes()))["provider_schemas"]
    return opened


@contextmanager
def serving(schemas: Mapping[str, Json]) -> Iterator[dict[str, str]]:
    """Serve each provider on a socket; yields the environment by which Terraform finds them."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tf"))
        attached = {}
        for number, (address, schema) in enumerate(schemas.items()):
            socket = f"{folder}/{number}"
            server = _server(_Provider(schema), socket)
            stack.callback(lambda stopped: stopped.stop(None).wait(), server)
            attached[address] = _ATTACHED | {"Addr": {"Network": "unix", "String": socket}}
        yield {"TF_REATTACH_PROVIDERS": json.dumps(attached)}


def _server(provider: _Provider, socket: str) -> grpc.Server:
    server = grpc.server(ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    handlers = {name: _handler(*parts) for name, parts in provider.methods().items()}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])
    server.add_insecure_port(f"unix://{socket}")
    server.start()
    return server


def _handler(answer: Any, takes: str) -> grpc.RpcMethodHandler:
    return grpc.unary_unary_rpc_method_handler(
        lambda request, _context: answer(request),
        MESSAGES[takes].FromString,
        lambda message: message.SerializeToString(),
    )


class _Provider:
    """One provider: accepts what its schema allows, plans what it is asked for, and remembers nothing."""

    def __init__(self, schema: Json) -> None:
        self._resources = {name: entry["block"] for name, entry in schema["resource_schemas"].items()}
        self._data_sources = {name: entry["block"] for name, entry in schema["data_source_schemas"].items()}
        self._schemas = MESSAGES["Schemas"](
            provider=_schema(schema["provider"]),
            resources=[{"key": name, "value": _schema(entry)} for name, entry in schema["resource_schemas"].items()],
            data_sources=[
                {"key": name, "value": _schema(entry)} for name, entry in schema["data_source_schemas"].items()
            ],
        )

    def methods(self) -> dict[str, tuple[Any, str]]:
        """Each call of the protocol: who answers it, and what it takes."""
        return {
            **dict.fromkeys(_SILENT, (lambda _: MESSAGES["Nothing"](), "Nothing")),
            "ValidateResourceConfig": (self._validated, "Asked"),
            "GetProviderSchema": (lambda _: self._schemas, "Nothing"),
            "UpgradeResourceState": (_upgraded, "Stored"),
            "ReadResource": (lambda asked: MESSAGES["State"](value=asked.value), "Asked"),
            "PlanResourceChange": (self._planned, "Change"),
            "ApplyResourceChange": (self._applied, "Change"),
            "ReadDataSource": (self._read, "Asked"),
        }

    def _validated(self, asked: Any) -> Any:
        presumed = _presumed(_decode(asked.value), self._resources[asked.type_name])
        said = [{"severity": ERROR, "summary": f'"{name}" is for the provider to say'} for name in presumed]
        return MESSAGES["Complaints"](diagnostics=said)

    def _planned(self, change: Any) -> Any:
        value = _decode(change.value)
        if value is not None:
            _answer(value, change.type_name)
            _leave_open(value, self._resources[change.type_name])
        return _state(value)

    def _applied(self, change: Any) -> Any:
        value = _decode(change.value)
        if value is not None:
            _settle(value, self._resources[change.type_name], change.type_name)
        return _state(value)

    def _read(self, asked: Any) -> Any:
        value, block = _decode(asked.value), self._data_sources[asked.type_name]
        _answer(value, asked.type_name)
        _leave_open(value, block)
        _settle(value, block, asked.type_name)
        return _state(value)


def _schema(entry: Json) -> Any:
    return MESSAGES["Schema"](version=entry.get("version", 0), block=_block(entry["block"]))


def _block(block: Json) -> Any:
    message = MESSAGES["Block"]()
    for name, attribute in block.get("attributes", {}).items():
        flags = {flag: bool(attribute.get(flag)) for flag in FLAGS}
        message.attributes.add(name=name, type=json.dumps(attribute["type"]).encode(), **flags)
    for name, nested in block.get("block_types", {}).items():
        limits = {bound: nested.get(bound, 0) for bound in ("min_items", "max_items")}
        nesting = NESTING[nested["nesting_mode"]]
        message.block_types.add(type_name=name, block=_block(nested["block"]), nesting=nesting, **limits)
    return message


def _upgraded(stored: Any) -> Any:
    return MESSAGES["State"](value={"json": stored.state.json})


def _decode(value: Any) -> Any:
    return msgpack.unpackb(value.msgpack, strict_map_key=False) if value.msgpack else None


def _state(value: Any) -> Any:
    return MESSAGES["State"](value={"msgpack": msgpack.packb(value)})


def _nested(value: Json, block: Json) -> Iterator[tuple[Json, Json]]:
    """The objects in a value's blocks, each with its schema."""
    for name, inner in block.get("block_types", {}).items():
        for item in value.get(name) if isinstance(value.get(name), list) else ():
            yield item, inner["block"]


def _answer(value: Json, kind: str) -> None:
    value.update({name: text.format_map(value) for name, text in ANSWERS.get(kind, {}).items()})


def _presumed(value: Json, block: Json) -> Iterator[str]:
    """The arguments that only the provider may give a value."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("computed") and not attribute.get("optional") and value.get(name) is not None:
            yield name
    for item, inner in _nested(value, block):
        yield from _presumed(item, inner)


def _leave_open(value: Json, block: Json) -> None:
    """Make unknown what only the service can know, and drop what is write-only, as a first plan does."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("write_only"):
            value[name] = None
        elif attribute.get("computed") and value.get(name) is None:
            value[name] = UNKNOWN
    for item, inner in _nested(value, block):
        _leave_open(item, inner)


def _settle(value: Json, block: Json, kind: str) -> None:
    """Put placeholders where the service would have answered."""
    for name, attribute in block.get("attributes", {}).items():
        if value.get(name) == UNKNOWN:
            value[name] = _placeholder(attribute["type"], f"{kind}-{name}")
    for item, inner in _nested(value, block):
        _settle(item, inner, kind)


def _placeholder(kind: Any, text: str) -> Any:
    match kind:
        case "string" | "number" | "bool":
            return {"string": text, "number": 1, "bool": False}[kind]
        case ["list", ["object", fields]]:
            return [{name: _placeholder(inner, f"{text}-{name}") for name, inner in fields.items()}]
        case ["map", _]:
            return {}
        case _:
            return []
