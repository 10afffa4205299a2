"""Secret Manager as a small real gRPC server: AccessSecretVersion, with the client library's own types.

    with FakeSecretManager({"projects/p/secrets/key": ["first", "second"]}, faults=[StatusCode.UNAVAILABLE]) as server:
        open_key(reference="projects/p/secrets/key", emulator=server.host)

Versions are numbered from 1; ``None`` is one that has been disabled. Faults are taken in order, one by each request,
and leaving the block checks that all were: a status code, ``corrupt`` (a wrong checksum) or ``bare`` (no checksum).
API: https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import google_crc32c
import grpc
from google.cloud.secretmanager_v1.types import AccessSecretVersionRequest, AccessSecretVersionResponse, SecretPayload

Fault = grpc.StatusCode | str
_SERVICE = "google.cloud.secretmanager.v1.SecretManagerService"


class FakeSecretManager:
    """The service. ``calls`` lists the version names asked for so far; ``secrets`` may be changed at any time."""

    def __init__(self, secrets: Mapping[str, Iterable[str | None]], faults: Iterable[Fault] = ()) -> None:
        self.secrets = {name: list(versions) for name, versions in secrets.items()}
        self.faults = list(faults)
        self.calls: list[str] = []
        self._server = grpc.server(ThreadPoolExecutor(8))
        access = grpc.unary_unary_rpc_method_handler(
            self._access, AccessSecretVersionRequest.deserialize, AccessSecretVersionResponse.serialize
        )
        handlers = {"AccessSecretVersion": access}
        self._server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(_SERVICE, handlers)])
        self.host = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def _access(
        self, request: AccessSecretVersionRequest, context: grpc.ServicerContext
    ) -> AccessSecretVersionResponse:
        self.calls.append(request.name)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, grpc.StatusCode):
            context.abort(fault, "as scripted")
        secret, _, version = request.name.partition("/versions/")
        versions = self.secrets.get(secret, [])
        number = len(versions) if version == "latest" else int(version)
        if not 0 < number <= len(versions):
            context.abort(grpc.StatusCode.NOT_FOUND, f"Secret [{secret}] not found or has no versions.")
        content = versions[number - 1]
        if content is None:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "Secret Version is in DISABLED state.")
        payload = SecretPayload(data=content.encode())
        if fault != "bare":
            payload.data_crc32c = google_crc32c.value(payload.data) ^ (fault == "corrupt")
        return AccessSecretVersionResponse(name=f"{secret}/versions/{number}", payload=payload)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.stop(grace=None).wait()
        if kind is None:
            assert not self.faults, f"faults that never happened: {self.faults}"
