"""The Gemini speech service, through Google's SDK.

One call to the service for a request, no retry here or in the SDK; only a key that is refused is asked for anew, and
the call made once more with it. Whatever happens, a call ends when its time is up: it runs on a thread of its own that
is left behind where neither the SDK's time-out (for each operation on the connection) nor the receiver's (for the body)
ends it, as in a name look-up or with a server that drips headers.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from voicebooth.errors import KeyRefused, RequestRefused, ServiceDown, SettingsFault

from . import Engine, Price, Reply, Request, answer, failures, prompt
from .models import Model

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from google.genai import Client

    from .receive import Inbox, Receiver

T = TypeVar("T")

NAME = "gemini/1"  # another number when other things are sent for the same request
_LOOK_S = 5.0  # between two looks at the limit
_GRACE_S = 0.25  # for the time-outs below to name what took too long


class Key(Protocol):
    """Where the API key comes from; ``refresh`` when the service refused the last one."""

    def __call__(self, refresh: bool = False) -> str:
        """Return the key."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """How the service is reached. The keyless route names a project and speaks as the service account."""

    base_url: str = ""  # "": Google's
    api_version: str = "v1beta"
    project: str = ""
    location: str = "global"
    credentials: Credentials | None = None  # None: those of the environment


class Gemini:
    """``Speech`` by the Gemini API: with a key, or without one by the route's project. Opens nothing before use."""

    def __init__(self, model: Model, key: Key | None, route: Route = Route(), price: Price | None = None) -> None:
        if key is None and not route.project:
            raise SettingsFault("the keyless route needs a project", fix="set GOOGLE_CLOUD_PROJECT")
        self.engine = Engine(NAME, model.id, model.longest_request_s, price=price)
        self._model, self._key, self._route = model, key, route
        self._clients: dict[str, Client] = {}  # by key
        self._receiver: Receiver | None = None  # shared by all; the SDK closes none that it was given
        self._lock = threading.Lock()

    def voice(self, request: Request, timeout_s: float, on_answer: Callable[[], None] = lambda: None) -> Reply:
        """Voice a request. See ``Speech``."""
        contents = prompt.contents(request, self._model.dialect)
        until_s = time.monotonic() + timeout_s
        return self._keyed(lambda key: self._call(key, contents, request, until_s, on_answer))

    def greet(self, timeout_s: float) -> str:
        """Ask what the service knows of the model, which costs nothing. See ``Speech``."""
        mine: Inbox = _receive().Inbox(time.monotonic() + timeout_s)
        self._keyed(lambda key: _within(lambda: mine.until_s + _GRACE_S, lambda: self._look_up(key, timeout_s, mine)))
        return mine.date

    def _keyed(self, call: Callable[[str], T]) -> T:
        """Call with the key, and once more with a fresh one when it is refused."""
        key = self._key() if self._key else ""
        try:
            return call(key)
        except KeyRefused:
            fresh = self._key(refresh=True) if self._key else ""
            if fresh == key:
                raise
            return call(fresh)

    def _call(self, key: str, contents: Any, request: Request, until_s: float, on_answer: Callable[[], None]) -> Reply:
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            raise ServiceDown("no time is left for a request")
        config = prompt.config(request, self._model.dialect, left_s)
        mine = _receive().Inbox(until_s, on_answer)
        return _within(lambda: mine.until_s + _GRACE_S, lambda: self._generate(key, contents, config, mine))

    def _look_up(self, key: str, timeout_s: float, mine: Inbox) -> None:
        _receive().inbox.set(mine)
        try:
            patience = {"http_options": {"timeout": max(1, round(timeout_s * 1000))}}
            self._client(key).models.get(model=self._model.id, config=patience)  # type: ignore[arg-type] # a dict does
        except failures.theirs() as error:
            raise failures.raised(error) from error
        except ValueError as error:
            raise RequestRefused("what answers is not the service", fix="check GOOGLE_GEMINI_BASE_URL") from error

    def _generate(self, key: str, contents: Any, config: Any, mine: Inbox) -> Reply:
        _receive().inbox.set(mine)
        try:
            client = self._client(key)
            got = client.models.generate_content(model=self._model.id, contents=contents, config=config)
        except failures.theirs() as error:
            raise failures.raised(error) from error
        body = got.sdk_http_response.body if got.sdk_http_response else None
        return answer.reply(body or "", mine.audio)

    def _client(self, key: str) -> Client:
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._open(key)
            return self._clients[key]

    def _open(self, key: str) -> Client:
        from google import genai  # noqa: PLC0415  # 1 s to load, so only when it speaks
        from google.genai.types import HttpOptions  # noqa: PLC0415

        if self._receiver is None:
            self._receiver = _receive().Receiver()
            weakref.finalize(self, self._receiver.close)
        route = self._route
        options = HttpOptions(
            base_url=route.base_url or None, api_version=route.api_version, httpx_client=self._receiver
        )
        if self._key:
            return genai.Client(api_key=key, enterprise=False, http_options=options)
        return genai.Client(
            enterprise=True,
            project=route.project,
            location=route.location,
            credentials=route.credentials,
            http_options=options,
        )


def _receive() -> ModuleType:
    """Return the module that receives, with the HTTP library and the SDK loaded: 1 s, so only when it speaks."""
    try:
        import google.genai  # noqa: F401, PLC0415

        from . import receive  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        fix = "pip install 'voicebooth[cloud]'"
        raise SettingsFault(f"to speak with Gemini {missing.name} must be installed", fix=fix) from missing
    return receive


def _within(until_s: Callable[[], float], work: Callable[[], T]) -> T:
    """Return what the work returns or raise what it raises, unless it takes too long; the limit may move meanwhile."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001  # handed over, not swallowed
            outcome.set_exception(error)

    threading.Thread(target=run, name="gemini", daemon=True).start()
    while (left_s := until_s() - time.monotonic()) > 0:
        if not wait([outcome], min(left_s, _LOOK_S)).not_done:
            return outcome.result()
    if outcome.done():
        return outcome.result()
    raise ServiceDown("the service did not answer in time", fix="try again later")
