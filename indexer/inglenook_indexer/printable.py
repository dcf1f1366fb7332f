"""Text of files, names, models and errors as it may be shown: what acts on a terminal or hides is written out. Pure.

Escape sequences move the cursor and write the clipboard; marks of direction show code in another order than it runs in;
what has no width hides. They are shown by name, so that a place whose path holds one can't be pasted as it stands: the
exact path is in `--json`, and in the `uri` of the editor protocol.
"""

from __future__ import annotations

import re

HIDDEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line end
    r"\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # marks, no width, separators
    r"\ud800-\udfff"  # lone surrogates: bytes of a name that are no UTF-8
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # of shorthand and music; an invisible alphabet
)
"""What is never shown as it is, for a pattern's brackets."""

_HIDDEN = re.compile(f"[{HIDDEN}]")
_PICTURES = 0x2400
"""Unicode's pictures of the controls up to 0x1f, in their order."""
_DELETE, _PICTURE_OF_DELETE = "\x7f", "␡"
_ENTRY_ENDS = {ord("\n"): "␊", ord("\t"): "␉"}


def printable(text: str) -> str:
    r"""`text` with what is hidden written out: ESC as `␛`, U+009B as `\x9b`, U+202E as `<U+202E>`.

    Line ends and tabs stay; a `\r\n` becomes `\n`. What is shown already stays the same.
    """
    return _HIDDEN.sub(_written_out, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same, and line ends and tabs, too: for a name, or an entry of a log, which ends where its line does."""
    return printable(text).translate(_ENTRY_ENDS)


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
