"""The argument of `inglenook.act`, which code actions carry: the client sends it back as it came."""

from __future__ import annotations

import attrs


@attrs.define
class ActArguments:
    """What is done, and where."""

    command: str
    """One of "fix", "refactor", "doc" and "explain"."""
    uri: str
    range: list[int]
    """Start line, start character, end line, end character, as the protocol counts them."""
    problems: str = ""
    """What the editor says of the code, `path:line: message` in lines."""
