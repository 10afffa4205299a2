"""What a request asks to be spoken: the rules of the service, and who says which words.

Validation follows https://ai.google.dev/gemini-api/docs/speech-generation and the answers seen in its forum. Both
casings of every field are accepted. Whatever the model would read as markup is not spoken, and is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .tones import VOICES, words

NEW_MODELS = ("gemini-3.8-flash-tts", "gemini-3.8-flash-lite-tts")
OLD_MODELS = (
    *("gemini-3.1-flash-tts-preview", "gemini-2.5-flash-preview-tts", "gemini-2.5-pro-preview-tts"),
    *("gemini-2.5-flash-tts", "gemini-2.5-pro-tts"),
)
INPUT_TOKENS = 8192
ENCODINGS = ("AUDIO_WAV", "AUDIO_L16")
MARKUP = re.compile(r"<[^<>]*>|\|[^|]*\||\[[^\[\]]*\]|\*+|`+|^#+ |[<>|\[\]]", re.MULTILINE)


class Refused(Exception):
    """The service says no."""

    def __init__(self, code: int, status: str, message: str) -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message


@dataclass(frozen=True, slots=True)
class Heard:
    """What is to be spoken: lines (voice, words), the styles, and what was taken for markup."""

    lines: tuple[tuple[str, str], ...]
    styles: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()
    encoding: str = ""  # "" when none was asked for
    input_tokens: int = 0


@dataclass(slots=True)
class _Config:
    modalities: Sequence[str]
    voices: Mapping[str, str]  # speaker → voice; one entry under "" for a single voice
    encoding: str
    rest: frozenset[str] = field(default_factory=frozenset)


def hear(model: str, body: Any, *, enterprise: bool = False) -> Heard:
    """Return what a generateContent body asks for. Raises ``Refused`` as the service would answer."""
    body = _snake(body)
    if not isinstance(body, dict) or not body.get("contents"):
        raise _invalid("* GenerateContentRequest.contents: contents is not specified")
    if "system_instruction" in body:
        raise _invalid("Developer instruction is not enabled for this model")
    config = _config(body.get("generation_config", {}))
    new = model in NEW_MODELS
    if config.encoding and not new:
        raise _invalid("Audio mime_type is not supported in response_format.")
    if enterprise and config.rest & {"temperature", "top_p", "top_k"}:
        raise _invalid("Sampling parameters are not supported for this model.")
    parts = [part for content in body["contents"] for part in content.get("parts", [])]
    if not new and any("speech_metadata" in part for part in parts):
        raise _invalid("Speech metadata is not supported for this model.")
    tokens = sum(len(part.get("text", "")) for part in parts) // 4 + 1
    if tokens > INPUT_TOKENS:
        raise _invalid(
            f"The input token count ({tokens}) exceeds the maximum number of tokens allowed ({INPUT_TOKENS})."
        )
    lines, styles = _new_lines(parts, config.voices) if new else _old_lines(parts, config.voices)
    found = tuple(mark for _, text in lines for mark in MARKUP.findall(text))
    audible = tuple(line for voice, text in lines for line in _audible(voice, text, config.voices))
    if not any(words(text) for _, text in audible):
        raise _invalid("Model tried to generate text, but it should only be used for TTS.")
    return Heard(audible, styles, found, config.encoding, tokens)


def _config(config: Mapping[str, Any]) -> _Config:
    if [str(m).upper() for m in config.get("response_modalities", [])] != ["AUDIO"]:
        raise _invalid("The requested combination of response modalities is not supported by the model.")
    if "thinking_config" in config:
        raise _invalid("Thinking is not enabled for this model")
    if config.keys() & {"response_mime_type", "response_schema", "response_json_schema"}:
        raise _invalid("JSON mode is not enabled for this model")
    audio = config.get("response_format", {}).get("audio", {})
    encoding = audio.get("mime_type", "")
    if encoding and encoding not in ENCODINGS:
        raise _invalid(f"Audio mime_type {encoding} is not supported in response_format.")
    if audio.get("sample_rate", 24_000) != 24_000:
        raise _invalid("This fake speaks at 24000 Hz only.")
    return _Config(config["response_modalities"], _voices(config.get("speech_config", {})), encoding, frozenset(config))


def _voices(speech: Mapping[str, Any]) -> dict[str, str]:
    both = speech.get("multi_speaker_voice_config")
    if both is None:
        return {"": _voice(speech.get("voice_config") or {})}
    if "voice_config" in speech:
        raise _invalid("voice_config and multi_speaker_voice_config are mutually exclusive.")
    entries = both.get("speaker_voice_configs", [])
    if len(entries) != 2 or len({entry.get("speaker") for entry in entries}) != 2:
        raise _invalid("the number of speaker_voice_configs must equal 2")
    return {entry["speaker"]: _voice(entry["voice_config"]) for entry in entries}


def _voice(config: Mapping[str, Any]) -> str:
    if voice := config.get("voice"):
        if voice not in VOICES:
            message = "The voice was not found or the caller does not have permission to access it."
            raise Refused(404, "NOT_FOUND", message)
        return str(voice)
    name = config.get("prebuilt_voice_config", {}).get("voice_name", "")
    if name not in VOICES:
        raise _invalid(f"No matching speaker voice found for name: {name} and language:")
    return str(name)


def _new_lines(parts: Sequence[Any], voices: Mapping[str, str]) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    lines = []
    for part in parts:
        speaker = part.get("speech_metadata", {}).get("speaker", "")
        if "" not in voices and not speaker:
            message = "Multi-speaker generation requests must specify speech_metadata.speaker for each text part"
            raise _invalid(f"{message} in the contents.")
        if "" not in voices and speaker not in voices:
            raise _invalid(f"Speaker {speaker} is not among the speaker_voice_configs.")
        lines.append((voices.get(speaker) or voices[""], part.get("text", "")))
    return lines, tuple(
        part["speech_metadata"]["style"] for part in parts if part.get("speech_metadata", {}).get("style")
    )


def _old_lines(parts: Sequence[Any], voices: Mapping[str, str]) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Read a text prompt: directions, then the words, with ``Name:`` in front of the turns of two speakers."""
    directions, text = _directions("\n".join(part.get("text", "") for part in parts), voices)
    if "" in voices:
        return [(voices[""], text)], directions
    names = "|".join(re.escape(name) for name in voices)
    pieces = re.split(rf"^[ \t]*({names}):[ \t]*", text, flags=re.MULTILINE)
    if len(pieces) < 3:
        raise Refused(500, "INTERNAL", "Internal error encountered.")  # no turn names a speaker
    lines = [(voices[name], said.strip()) for name, said in zip(pieces[1::2], pieces[2::2], strict=True)]
    return lines, directions


def _directions(prompt: str, voices: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """Return the directions and the words: those under the last transcript heading, or after a first "Say so:"."""
    head, heading, text = prompt.rpartition("## Transcript\n")
    if heading:
        return (head.strip(),), text
    first = re.match(r"((?:Say|Read|TTS)\b[^:]*):\s+", prompt)
    if first and first[1] not in voices:
        return (first[1],), prompt[first.end() :]
    return (), prompt


def _audible(voice: str, text: str, voices: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return what is heard of one line: tags are not words, and ``|…|`` is said by the other voice."""
    other = next((v for v in voices.values() if v != voice), voice)
    for position, piece in enumerate(re.split(r"\|([^|]*)\|", text)):
        said = MARKUP.sub(" ", piece)
        if words(said):
            yield (other if position % 2 else voice), said


def _snake(value: Any) -> Any:
    """Return a JSON value with every key in snake_case."""
    if isinstance(value, dict):
        return {re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key).lower(): _snake(v) for key, v in value.items()}
    return [_snake(v) for v in value] if isinstance(value, list) else value


def _invalid(message: str) -> Refused:
    return Refused(400, "INVALID_ARGUMENT", message)
