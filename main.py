"""What functions-framework loads: ``on_script`` for events, ``http`` for everything else."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import functions_framework

if TYPE_CHECKING:
    from cloudevents.http import CloudEvent
    from flask import Request

    from voicebooth.app import App
    from voicebooth.web.problem import Answer


@functools.cache
def _app() -> App:
    """Build the application once, when the first request needs it: importing this module stays cheap."""
    from voicebooth.memory import look_for_garbage_seldom  # noqa: PLC0415

    look_for_garbage_seldom()
    from voicebooth.app import App  # noqa: PLC0415

    return App.serve(os.environ, Path(__file__).parent)


@functions_framework.cloud_event
def on_script(event: CloudEvent) -> None:
    """Make the episode of a finished script object. Returning acknowledges the event, raising has it sent again."""
    from voicebooth.events import arrival  # noqa: PLC0415

    _app().deliver(arrival(event["type"], event.data))


@functions_framework.http
def http(request: Request) -> Answer:
    """Answer the HTTP interface; see ``voicebooth.web``."""
    from voicebooth.web import answer  # noqa: PLC0415

    return answer(_app, request)


@functions_framework.errorhandler(Exception)  # type: ignore[untyped-decorator] # theirs
def refused(error: Exception) -> Answer:
    """Answer whatever was raised, by us or by the framework, whose own page would repeat the whole request."""
    from voicebooth.web.problem import refusal  # noqa: PLC0415

    return refusal(_app, error)
