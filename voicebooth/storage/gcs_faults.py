"""What Cloud Storage and the libraries under its client can answer becomes an error of ours, by table.

``ServiceDown`` is tried again at once, any other ``Passing`` when the caller comes back.
Status codes: https://cloud.google.com/storage/docs/json_api/v1/status-codes
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.cloud.storage.exceptions import DataCorruption, InvalidResponse

from voicebooth.errors import Passing, ServiceDown, SettingsFault, VoiceboothError

from . import Conflict, NotFound

VENDOR = (
    api.GoogleAPIError,
    auth.GoogleAuthError,
    InvalidResponse,
    DataCorruption,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    ConnectionError,
)
_STATUS: dict[int, tuple[type[VoiceboothError], str]] = {
    401: (SettingsFault, "sign in: gcloud auth application-default login, or give the service account"),
    403: (SettingsFault, "grant the account roles/storage.objectUser on the bucket"),
    408: (ServiceDown, "try again"),
    410: (Passing, "try again"),  # an upload session that has expired
    429: (ServiceDown, "try again"),
    500: (ServiceDown, "try again"),
    502: (ServiceDown, "try again"),
    503: (ServiceDown, "try again"),
    504: (ServiceDown, "try again"),
}
_NO_BUCKET = "bucket does not exist"  # the only mark that sets a missing bucket apart from a missing object
_MALFORMED = (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema)


@contextmanager
def told(place: str, absent: type[VoiceboothError] = NotFound) -> Iterator[None]:
    """Translate what a call of the library raises; ``absent`` is what a 404 means here."""
    try:
        yield
    except VENDOR as exc:
        fault = translate(exc, place)
        raise (absent(*fault.problems) if isinstance(fault, NotFound) else fault) from exc


def translate(error: BaseException, place: str) -> VoiceboothError:
    """Return our error for one of ``VENDOR``."""
    cause = error.cause if isinstance(error, api.RetryError) else None
    if cause is not None:
        return translate(cause, place)
    if isinstance(error, DataCorruption):
        return Passing(f"{place}: the content was damaged on its way", fix="try again")
    status = _status(error)
    if status is not None:
        return _answered(status, error, place)
    if isinstance(error, auth.GoogleAuthError) and not isinstance(error, auth.TransportError) and not error.retryable:
        return SettingsFault(f"{place}: no valid Google credentials ({type(error).__name__})", fix=_STATUS[401][1])
    if isinstance(error, _MALFORMED):
        return SettingsFault(f"{place}: no valid address to reach Cloud Storage", fix="correct STORAGE_EMULATOR_HOST")
    return ServiceDown(f"{place}: Cloud Storage cannot be reached ({type(error).__name__})", fix="try again")


class Attempts:
    """A retry predicate for one call: may the same request succeed in a moment? It remembers having said yes."""

    repeated = False

    def __call__(self, error: Exception) -> bool:
        """Answer for one failure."""
        again = isinstance(error, VENDOR) and isinstance(translate(error, ""), ServiceDown)
        if again and isinstance(error, InvalidResponse):
            error.response.close()  # the library does not read it and would leave the connection open
        self.repeated = self.repeated or again
        return again


def _status(error: BaseException) -> int | None:
    if isinstance(error, InvalidResponse):
        return int(error.response.status_code)
    if isinstance(error, api.GoogleAPICallError) and error.code is not None:
        return int(error.code)
    return None


def _answered(status: int, error: BaseException, place: str) -> VoiceboothError:
    if status == 404 and _NO_BUCKET in (error.response.text if isinstance(error, InvalidResponse) else str(error)):
        return SettingsFault(f"{place}: the bucket does not exist", fix="create the bucket or correct its name")
    if status == 404:
        return NotFound(f"{place} does not exist, or no longer in this generation")
    if status == 412:
        return Conflict(f"{place} has another generation than expected")
    fallback = (Passing, "try again") if status >= 500 else (SettingsFault, "correct the bucket's name or settings")
    kind, fix = _STATUS.get(status, fallback)
    return kind(f"{place}: Cloud Storage answered {status} {http.client.responses.get(status, '')}".rstrip(), fix=fix)
