"""The API key, given or by reference to Secret Manager: fetched when needed, kept for a while, fetched anew on refusal.

    key = open_key(reference="projects/P/secrets/S")    # nothing is fetched yet
    key()                                               # the newest version, at most ``keep_s`` old
    key(refresh=True)                                   # the service has refused it: whatever is there now

Threads that are refused together cause one fetch. A key that is merely due stays in use while Secret Manager is down.
The key appears in no error, log or representation.
API: https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from .deadline import Clock
from .errors import KeyRefused, Passing, RateLimited, ServiceDown, SettingsFault, VoiceboothError

KEEP_S = 600.0
_TOGETHER_S = 3.0  # refusals within this time are of the same key
_ATTEMPT_S = 5.0
_RETRY_S = 15.0
_REFERENCE = re.compile(r"projects/[^/\s]+/secrets/[A-Za-z0-9_-]{1,255}(/versions/[A-Za-z0-9_-]+)?")
_UNREACHABLE = (ServiceDown, "Secret Manager cannot be reached", "try again")
_FAULTS: dict[str, tuple[type[VoiceboothError], str, str]] = {
    "FAILED_PRECONDITION": (KeyRefused, "this version is disabled or destroyed", "enable it or name another version"),
    "INVALID_ARGUMENT": (SettingsFault, "this is not a valid name", "write projects/PROJECT/secrets/NAME"),
    "NOT_FOUND": (SettingsFault, "there is no such secret or version", "create it, or correct GEMINI_API_KEY_SECRET"),
    "PERMISSION_DENIED": (
        SettingsFault,
        "the account may not read the secret",
        "grant it roles/secretmanager.secretAccessor on the secret",
    ),
    "RESOURCE_EXHAUSTED": (RateLimited, "too many requests for the secret", "try again in a minute"),
    "UNAUTHENTICATED": (
        SettingsFault,
        "no valid Google credentials",
        "sign in: gcloud auth application-default login, or give the service account",
    ),
}


class KeySource:
    """A key that is fetched when it is wanted. Safe to use from many threads."""

    def __init__(self, fetch: Callable[[], str], keep_s: float = KEEP_S, clock: Clock = time.monotonic) -> None:
        self._fetch = fetch
        self._keep_s = keep_s
        self._clock = clock
        self._lock = threading.Lock()
        self._key = ""
        self._fetched_s = 0.0

    def __call__(self, refresh: bool = False) -> str:
        """Return the key; with ``refresh``, one fetched after the service refused the last."""
        with self._lock:
            age_s = self._clock() - self._fetched_s
            if self._key and age_s < (_TOGETHER_S if refresh else self._keep_s):
                return self._key
            try:
                self._key = self._fetch()
            except Passing:
                if refresh or not self._key:
                    raise
            self._fetched_s = self._clock()
            return self._key


def open_key(
    *,
    key: str = "",
    reference: str = "",
    emulator: str = "",
    keep_s: float = KEEP_S,
    clock: Clock = time.monotonic,
) -> KeySource:
    """Return the source of a literal key, else of a secret; ``emulator`` is ``host:port`` of a plain-text gRPC server.

    Raises ``SettingsFault`` when there is neither, or the reference is malformed. Calling the source raises that too
    (no such secret, no right to read it), ``KeyRefused`` (disabled, destroyed, not a key) or ``Passing``.
    """
    if key:
        given = _clean(key.encode(), "the key given")
        return KeySource(lambda: given, keep_s, clock)
    if not reference:
        raise SettingsFault("there is no API key", fix="set GEMINI_API_KEY or GEMINI_API_KEY_SECRET")
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise SettingsFault(
            f"{reference!r} does not name a secret", fix="write projects/PROJECT/secrets/NAME[/versions/VERSION]"
        )
    name = reference if found[1] else f"{reference}/versions/latest"
    return KeySource(_Secret(name, emulator), keep_s, clock)


class _Secret:
    """A version of a secret; calling it fetches the content."""

    def __init__(self, name: str, emulator: str) -> None:
        self._name = name
        self._emulator = emulator
        self._client: Any = None

    def __call__(self) -> str:
        os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # else it notes on the terminal when connections end
        import google_crc32c  # noqa: PLC0415 -- Google's libraries are loaded when a secret is wanted
        from google.api_core.exceptions import GoogleAPIError  # noqa: PLC0415
        from google.api_core.retry import Retry  # noqa: PLC0415
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415

        def passes(error: Exception) -> bool:
            return isinstance(self._fault(error), ServiceDown)

        try:
            self._client = self._client or _connect(self._emulator)
            retry = Retry(predicate=passes, initial=0.2, maximum=3.0, timeout=_RETRY_S)
            payload = self._client.access_secret_version(name=self._name, retry=retry, timeout=_ATTEMPT_S).payload
        except (GoogleAPIError, GoogleAuthError) as exc:
            raise self._fault(exc) from exc
        if "data_crc32c" in payload and payload.data_crc32c != google_crc32c.value(payload.data):
            raise Passing(f"{self._name}: the content was damaged on its way", fix="try again")
        return _clean(payload.data, self._name)

    def _fault(self, error: Exception) -> VoiceboothError:
        cause = getattr(error, "cause", None) or error  # what the retries ended with
        status = getattr(getattr(cause, "grpc_status_code", None), "name", "")
        kind, what, fix = _FAULTS.get(status, _UNREACHABLE)
        if not status and not getattr(cause, "retryable", True):  # an error of google.auth
            kind, what, fix = _FAULTS["UNAUTHENTICATED"]
        return kind(f"{self._name}: {what} ({status or type(cause).__name__})", fix=fix)


def _connect(emulator: str) -> Any:
    from google.cloud import secretmanager_v1  # noqa: PLC0415

    if not emulator:
        return secretmanager_v1.SecretManagerServiceClient()
    import grpc  # type: ignore[import-untyped]  # noqa: PLC0415

    kind = secretmanager_v1.SecretManagerServiceClient.get_transport_class("grpc")
    return secretmanager_v1.SecretManagerServiceClient(transport=kind(channel=grpc.insecure_channel(emulator)))


def _clean(content: bytes, place: str) -> str:
    """Return the key without white space around it. The content must not be shown, not even in part."""
    key = content.strip().decode("ascii", errors="replace")
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise KeyRefused(f"{place}: this is not an API key", fix="store the key alone, as plain text, in one line")
    return key
