"""Text of files, names, models and errors as it may be shown: what acts on a terminal or hides is written out. Pure.

Escape sequences move the cursor and write the clipboard; marks of direction show code in another order than it runs in;
what has no width hides. They are shown by name, so that a place whose path holds one can't be pasted as it stands: the
exact path is in `--json`, and in the `uri` of the editor protocol.
"""

from __future__ import annotations

import re

_JOINERS = r"\u200c\u200d"
_SELECTORS = r"\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"  # of a variant of the character before
HIDDEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line end
    r"\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # marks, no width, separators
    r"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters that are not drawn, with which two names look the same
    r"\ufff0-\ufff8\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"  # not given out yet; Unicode says they are not drawn
    r"\ud800-\udfff"  # lone surrogates: bytes of a name that are no UTF-8
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # of shorthand and music; an invisible alphabet
    rf"{_JOINERS}{_SELECTORS}"
)
"""What is never shown as it is, for a pattern's brackets; joiners and selectors may be, where they are writing."""

# Joiners and selectors are writing in some places: Persian has a joiner in most plurals, Indic scripts choose a form by
# one, pictures are put together with both, names in Japanese have variants. There each changes what is drawn, and is
# shown as it is. Everywhere else (in Latin, Greek, Cyrillic, Han), and behind another of its kind, it hides.
_JOINED = (
    r"\u0620-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u17ff\u1820-\u18af\u1b00-\u1b7f\ua8e0-\ua9ff"
    r"\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U00011fff"  # scripts of Arabic's and Brahmi's kinds
    r"\u2190-\u2bff\U0001f000-\U0001fbff"  # pictures
)
_VARIED = (
    r"\xa9\xae\u203c\u2049\u2100-\u2bff\u3001-\u3163\u3165-\u9fff\uf900-\ufaff\U0001f000-\U0001fbff"
    r"\U00020000-\U0003fffd\u1000-\u109f\u1820-\u18af"  # pictures, signs, Han, Myanmar, Mongolian
)
_JOINING = rf"(?:(?<=[{_JOINED}])|(?<=[{_JOINED}][{_SELECTORS}]))[{_JOINERS}](?=[{_JOINED}])"
_VARYING = rf"(?<=[{_VARIED}])[{_SELECTORS}]"
_KEYCAP = r"(?<=[0-9#*])\ufe0f(?=\u20e3)"
_HIDDEN = re.compile(rf"[{HIDDEN}](?<!{_JOINING})(?<!{_VARYING})(?<!{_KEYCAP})")
_PICTURES = 0x2400
"""Unicode's pictures of the controls up to 0x1f, in their order."""
_DELETE, _PICTURE_OF_DELETE = "\x7f", "␡"
_NAME_GOES_ON, _NAME_END = re.compile(r"\w"), re.compile(r"\w+\Z")
_LONGEST_NAME = 80  # characters: what is longer is cut within
_ENTRY_ENDS = {ord("\n"): "␊", ord("\t"): "␉"}


def printable(text: str) -> str:
    r"""`text` with what is hidden written out: ESC as `␛`, U+009B as `\x9b`, U+202E as `<U+202E>`.

    Line ends and tabs stay; a `\r\n` becomes `\n`. What is shown already stays the same.
    """
    return _HIDDEN.sub(_written_out, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same, and line ends and tabs, too: for a name, or an entry of a log, which ends where its line does."""
    return printable(text).translate(_ENTRY_ENDS)


def cut_short(text: str, most: int) -> str:
    """`text`, or its beginning with an ellipsis, `most` characters in all; a name is kept whole or left out.

    Half of a name is a name that nobody gave. One that alone is longer than that is cut all the same.
    """
    if len(text) <= most:
        return text
    room = text[: most - 1]
    halved = _NAME_END.search(room[-_LONGEST_NAME:]) if _NAME_GOES_ON.match(text, most - 1) else None
    if halved and halved.start():
        room = room[: -len(halved[0])]
    return f"{room.rstrip()}…"


def hides(text: str) -> bool:
    r"""Whether anything in `text` is hidden; a `\r\n` is not."""
    return _HIDDEN.search(text.replace("\r\n", "\n")) is not None


def _written_out(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if code < ord(" "):
        return chr(_PICTURES + code)
    if character == _DELETE:
        return _PICTURE_OF_DELETE
    if code < 0xA0:
        return f"\\x{code:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return f"\\u{code:04x}"
    return f"<U+{code:04X}>"
