"""Terraform's plugin protocol 6, as far as a stand-in for a provider speaks it: messages by their numbers on the wire.

A field has a number and a type; ``*`` is a list. Messages of one shape share one type here, and what is not named is
passed over when it is read, as protobuf does.
Numbers: https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin6.proto
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE = "tfplugin6.Provider"
ERROR = 1
NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}

_FIELDS: dict[str, dict[str, tuple[int, str]]] = {
    "Nothing": {},
    "Value": {"msgpack": (1, "bytes"), "json": (2, "bytes")},
    "Attribute": {
        "name": (1, "string"),
        "type": (2, "bytes"),
        "required": (4, "bool"),
        "optional": (5, "bool"),
        "computed": (6, "bool"),
        "sensitive": (7, "bool"),
        "write_only": (11, "bool"),
    },
    "NestedBlock": {
        "type_name": (1, "string"),
        "block": (2, "Block"),
        "nesting": (3, "int64"),
        "min_items": (4, "int64"),
        "max_items": (5, "int64"),
    },
    "Block": {"attributes": (2, "*Attribute"), "block_types": (3, "*NestedBlock")},
    "Schema": {"version": (1, "int64"), "block": (2, "Block")},
    "NamedSchema": {"key": (1, "string"), "value": (2, "Schema")},
    "Schemas": {"provider": (1, "Schema"), "resources": (2, "*NamedSchema"), "data_sources": (3, "*NamedSchema")},
    "Stored": {"type_name": (1, "string"), "state": (3, "StoredState")},
    "StoredState": {"json": (1, "bytes")},
    "Asked": {"type_name": (1, "string"), "value": (2, "Value")},
    "Change": {"type_name": (1, "string"), "value": (3, "Value")},
    "State": {"value": (1, "Value")},
    "Diagnostic": {"severity": (1, "int64"), "summary": (2, "string")},
    "Complaints": {"diagnostics": (1, "*Diagnostic")},
}


def _build() -> dict[str, Any]:
    """Return the classes of the messages, by name."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="standin.proto", package="standin", syntax="proto3")
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for label, (number, given) in fields.items():
            kind = given.removeprefix("*")
            made = message.field.add(name=label, number=number)
            made.label = field.LABEL_OPTIONAL if kind == given else field.LABEL_REPEATED
            if kind in _FIELDS:
                made.type, made.type_name = field.TYPE_MESSAGE, f".standin.{kind}"
            else:
                made.type = getattr(field, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"standin.{name}")) for name in _FIELDS}


MESSAGES = _build()
