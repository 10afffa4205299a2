"""Log lines: readable text for a person, JSON for Cloud Logging.

In development a line is text on standard error. Elsewhere ``StructuredLogHandler`` of google-cloud-logging, which is
loaded only then, writes JSON there for the platform to pick up: severity, message, source location, the labels given as
``extra={"labels": {…}}`` and the trace of the request at hand (https://cloud.google.com/logging/docs/structured-logging).

Script text and keys never reach a log. Our own errors carry neither; the message of any other exception may quote what
it choked on, so only its type and the places it passed are written. Other libraries are heard from WARNING up, whatever
the level: below that some of them log what they send.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

from .errors import SettingsFault, VoiceboothError

_NAME = "voicebooth"  # of our handler among the root logger's
_LED_TO = "\n\nThe above exception led to the following one:\n\n"


def setup(level: str, environment: str, project: str | None = None) -> None:
    """Send our log lines of ``level`` and above, and other libraries' warnings, to standard error.

    ``project`` is the one that traces belong to. Calling it again replaces what an earlier call set up.
    """
    handler = _readable() if environment == "development" else _structured(project)
    handler.set_name(_NAME)
    root = logging.getLogger()
    for old in [h for h in root.handlers if type(h) is logging.StreamHandler or h.get_name() == _NAME]:
        root.removeHandler(old)  # it would write each line a second time
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("voicebooth").setLevel(level)


def _readable() -> logging.StreamHandler[Any]:
    handler: logging.StreamHandler[Any] = logging.StreamHandler(_Stderr())
    handler.setFormatter(_Line("%(asctime)s %(levelname)-8s %(message)s", "%H:%M:%S"))
    return handler


def _structured(project: str | None) -> logging.StreamHandler[Any]:
    try:
        from google.cloud.logging_v2.handlers import StructuredLogHandler  # noqa: PLC0415 - costly, needed in the cloud only
    except ModuleNotFoundError as missing:
        raise SettingsFault(
            "ENVIRONMENT asks for Cloud Logging, and google-cloud-logging is not installed",
            fix="install requirements.txt, or set ENVIRONMENT to development",
        ) from missing
    handler: logging.StreamHandler[Any] = StructuredLogHandler(project_id=project, stream=_Stderr())
    handler.setFormatter(_Line())
    handler.addFilter(lambda record: not record.name.startswith("google.cloud.logging"))  # it announces itself, twice
    return handler


class _Stderr:
    """Standard error as it is at the moment of writing: functions-framework replaces it for each request."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Line(logging.Formatter):
    """A record as text, with tracebacks that tell places and types but no foreign words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text; a traceback that another handler has formatted is not reused."""
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the base class's name
        """Return the places an exception passed and, for each in its chain, what kind it was."""
        return _LED_TO.join(_told(error) for error in reversed(_chain(ei[1])))


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return an exception and what led to it, the first cause last."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _told(error: BaseException) -> str:
    places = "".join(traceback.format_tb(error.__traceback__))
    words = f": {error}" if isinstance(error, VoiceboothError) else ""
    return f"Traceback (most recent call last):\n{places}{type(error).__qualname__}{words}"
