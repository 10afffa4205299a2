"""The body of an answer becomes a reply, or the error it is: status 200 does not mean that there is audio.

Seen in place of audio: nothing, an empty object, a candidate without content or without parts, a text, a WAV of 44
bytes, something that is no JSON (https://discuss.ai.google.dev/t/144297,
https://github.com/googleapis/js-genai/issues/1067). What it was charged for is kept in the error.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from voicebooth.errors import FlawedTake

from . import Reply, failures, wav

NOTHING = memoryview(b"")


class _Foreign(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", hide_input_in_errors=True)


class _Inline(_Foreign):
    mime_type: str = ""
    data: str = ""  # the number of the audio, which came apart


class _Part(_Foreign):
    inline_data: _Inline | None = None
    text: str | None = None


class _Content(_Foreign):
    parts: list[_Part] | None = None


class _Candidate(_Foreign):
    content: _Content | None = None
    finish_reason: str = ""

    @property
    def parts(self) -> list[_Part]:
        return (self.content and self.content.parts) or []


class _Feedback(_Foreign):
    block_reason: str = ""


class _Usage(_Foreign):
    prompt_token_count: int = 0
    candidates_token_count: int = 0


class _Answer(_Foreign):
    candidates: list[_Candidate] | None = None
    prompt_feedback: _Feedback = Field(default_factory=_Feedback)
    usage_metadata: _Usage = Field(default_factory=_Usage)
    model_version: str = ""

    @field_validator("prompt_feedback", "usage_metadata", "model_version", mode="before")
    @classmethod
    def _none_is_nothing(cls, value: object) -> object:
        return {} if value is None else value


def reply(body: str, audio: Sequence[bytearray | None]) -> Reply:
    """Return what a body says, with the audio that was taken out of it.

    Raises ``FlawedTake`` with the tokens charged when there is no whole audio, ``Blocked`` and ``RequestRefused``.
    """
    try:
        answer = _Answer.model_validate_json(body or "{}")
    except ValidationError:
        raise FlawedTake("the answer is not what the service promises") from None  # its text would quote the answer
    try:
        return _spoken(answer, audio)
    except FlawedTake as flawed:
        flawed.input_tokens = answer.usage_metadata.prompt_token_count
        raise


def _spoken(answer: _Answer, audio: Sequence[bytearray | None]) -> Reply:
    usage = answer.usage_metadata
    if answer.prompt_feedback.block_reason:
        raise failures.block(answer.prompt_feedback.block_reason)
    candidate = (answer.candidates or [_Candidate(finish_reason=failures.FINISHED)])[0]
    tokens = usage.candidates_token_count
    if candidate.finish_reason not in {"", failures.FINISHED}:
        raise failures.finish(candidate.finish_reason, tokens)
    parts = [_samples(part.inline_data, audio, tokens) for part in candidate.parts if part.inline_data]
    pcm = parts[0] if len(parts) == 1 else memoryview(b"".join(parts))
    if not pcm:
        instead = "text instead of audio" if any(part.text for part in candidate.parts) else "no audio"
        raise FlawedTake(f"the service answered with {instead}", tokens=tokens)
    return Reply(pcm, usage.prompt_token_count, tokens, answer.model_version)


def _samples(inline: _Inline, audio: Sequence[bytearray | None], tokens: int) -> memoryview:
    if not inline.data:
        return NOTHING
    data = audio[int(inline.data)]
    if data is None:
        raise FlawedTake("the audio is not base64", tokens=tokens)
    try:
        return wav.samples(data, inline.mime_type) if data else NOTHING
    except ValueError as wrong:
        raise FlawedTake(str(wrong), tokens=tokens) from wrong
