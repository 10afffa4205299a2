"""The bytes of a file become text with Unix line ends, or a fault that says why they are not text.

UTF-8 is what scripts are written in; editors on Windows also write UTF-16. A byte order mark decides; without one,
UTF-16 gives itself away by zero bytes that all stand on the same side of a pair.
"""

from __future__ import annotations

import codecs
import re

from voicebooth.errors import Problem, ScriptFault

MAX_BYTES = 2_000_000
MAX_LINES = 300_000  # subtitles of single words, 2 MB of them, have two thirds of it

_MARKS = (  # the longer first: UTF-32's little-endian mark begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_END = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NEVER_TEXT = re.compile(r"[\ufdd0-\ufdef\ufeff\ufffe\uffff]")  # noncharacters, and marks left inside joined files
_SAVE_AS_TEXT = "save the script as plain text in UTF-8"


def decode(data: bytes) -> str:
    """Return the text of a file. Raises ``ScriptFault`` for what is too big, empty or not text."""
    if len(data) > MAX_BYTES:
        raise ScriptFault(
            f"the script is {len(data) / 1e6:.1f} MB, more than the {MAX_BYTES // 1_000_000} MB allowed",
            fix="split it into several episodes",
        )
    encoding, body = _encoding(data)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as exc:
        raise _undecodable(body, encoding, exc) from exc
    text = _LINE_END.sub("\n", text)
    _refuse_binary(text)
    if text.count("\n") > MAX_LINES:
        message = f"the script has more than {MAX_LINES:,} lines"
        raise ScriptFault(message, fix="take out the empty ones, or split it into several episodes")
    return _NEVER_TEXT.sub(" ", text) if _NEVER_TEXT.search(text) else text


def _encoding(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if odd and not even:
        return "utf-16-le", data
    if even and not odd:
        return "utf-16-be", data
    return "utf-8", data


def _undecodable(body: bytes, encoding: str, exc: UnicodeDecodeError) -> ScriptFault:
    before = body[: exc.start].decode(encoding, "ignore")
    line = _LINE_END.sub("\n", before).count("\n") + 1
    name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
    return ScriptFault(Problem(f"the file is not {name} text: a byte cannot be read here", _SAVE_AS_TEXT, line))


def _refuse_binary(text: str) -> None:
    controls = len(_CONTROL.findall(text))
    if "\0" in text or controls * 100 > len(text):
        raise ScriptFault("the file is not text: it holds binary data", fix=_SAVE_AS_TEXT)
