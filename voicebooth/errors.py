"""Everything that can go wrong, and what each door says about it.

    VoiceboothError
    ├── ScriptFault       the script must change        exit 1 · HTTP 422 · event acknowledged
    ├── SettingsFault     a setting must change         exit 2 · HTTP 500 · event redelivered
    ├── Passing           nothing must change           exit 3 · HTTP 503 · event redelivered
    │   ├── Busy          another instance is at it
    │   ├── OutOfTime     the time allowed is nearly up
    │   ├── ServiceDown   5xx, overload, time-out, broken connection
    │   ├── RateLimited   per-minute quota
    │   └── QuotaSpent    per-day quota or spending cap
    ├── Refusal           the service will never say yes  exit 4 · HTTP 502 · event acknowledged
    │   ├── KeyRefused    key missing, wrong, leaked or without rights
    │   ├── RequestRefused  model or voice unknown, request malformed, region not served
    │   ├── Blocked       the text was refused by the service's filters
    │   └── TakesRejected lines whose audio failed its checks too often
    ├── Superseded        a newer script has taken over   exit 0 · HTTP 409 · event acknowledged
    └── FlawedTake        one answer without usable audio; voiced again, never seen by a door

Transient or permanent is a property of the class. Adapters translate their vendor's errors into this tree by a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to tell a person: what happened, on which line of the script (1-based), what to do."""

    message: str
    fix: str = ""
    line: int | None = None

    def render(self, file: str) -> str:
        """Return ``ep.md:14: message`` with the fix on a second, indented line."""
        place = f"{file}:{self.line}" if self.line else file
        return f"{place}: {self.message}" + (f"\n    fix: {self.fix}" if self.fix else "")


class VoiceboothError(Exception):
    """Root of the tree. Carries one or more problems, never script text or a key."""

    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 500
    acknowledge: ClassVar[bool] = False  # may the event that led here be forgotten?

    def __init__(self, *problems: Problem | str, fix: str = "") -> None:
        """Take problems, or plain messages that share one fix."""
        self.problems = tuple(p if isinstance(p, Problem) else Problem(p, fix) for p in problems)
        super().__init__("; ".join(p.message for p in self.problems))

    def at_lines(self, first: int, last: int) -> Self:
        """Return the same error with the script's lines named in every problem that lacks one."""
        where = f"line {first}" if first == last else f"lines {first} to {last}"
        return self.with_problems(
            p if p.line else Problem(f"{where}: {p.message}", p.fix, first) for p in self.problems
        )

    def with_problems(self, problems: Iterable[Problem]) -> Self:
        """Return the same error with other problems."""
        other = type(self)(*problems)
        other.__dict__.update({k: v for k, v in self.__dict__.items() if k != "problems"})
        return other


class ScriptFault(VoiceboothError):
    """The script must change."""

    exit_code = 1
    http_status = 422
    acknowledge = True


class SettingsFault(VoiceboothError):
    """A setting, a flag or the installation must change."""

    exit_code = 2


class Passing(VoiceboothError):
    """Nothing must change: the same work succeeds later. ``retry_after_s`` is the service's wish, if it gave one."""

    http_status = 503

    def __init__(self, *problems: Problem | str, fix: str = "", retry_after_s: float | None = None) -> None:
        """See ``VoiceboothError``."""
        super().__init__(*problems, fix=fix)
        self.retry_after_s = retry_after_s


class Busy(Passing):
    """Another instance makes this episode now."""


class OutOfTime(Passing):
    """The time allowed is nearly up; what was made is kept."""


class ServiceDown(Passing):
    """The service failed or could not be reached."""


class RateLimited(Passing):
    """Too many requests for this minute."""

    http_status = 429


class QuotaSpent(Passing):
    """The day's quota or the spending cap is used up; retrying within the hour is useless."""

    http_status = 429


class Refusal(VoiceboothError):
    """The service refuses, and will again."""

    exit_code = 4
    http_status = 502
    acknowledge = True


class KeyRefused(Refusal):
    """The key is missing, wrong, leaked, or lacks rights."""


class RequestRefused(Refusal):
    """Model or voice unknown, request malformed, region not served."""


class Blocked(Refusal):
    """The service's filters refused the text."""


class TakesRejected(Refusal):
    """Some lines came back with unusable audio more often than the budget allows."""


class Superseded(VoiceboothError):
    """A newer generation of the script has taken over; there is nothing left to do."""

    exit_code = 0
    http_status = 409
    acknowledge = True


class FlawedTake(VoiceboothError):
    """One answer without usable audio. Its ``tokens`` (of audio) and ``input_tokens`` are charged all the same."""

    def __init__(self, *problems: Problem | str, fix: str = "", tokens: int = 0, input_tokens: int = 0) -> None:
        """See ``VoiceboothError``."""
        super().__init__(*problems, fix=fix)
        self.tokens = tokens
        self.input_tokens = input_tokens
