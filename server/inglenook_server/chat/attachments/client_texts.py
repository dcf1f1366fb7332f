"""What a terminal printed, an editor's problems and a diff, as a prompt may hold them: masked, the telling lines first.

Pure; knows neither terminals nor editors.
"""

from __future__ import annotations

import re

from inglenook_indexer.secrets.redact import is_secret_path, mask_secrets
from inglenook_indexer.text.printable import printable

from inglenook_server.chat.attachments.outlines import GAP, LEAST, beginning, fits
from inglenook_server.generation.prompts.token_budget import TokenCounter

LONGEST = 60_000
"""Characters of a text that are looked at, the last of a terminal's: more than any prompt holds."""
LONGEST_DIFF = 200_000
"""Characters of a diff that are looked at."""
LONGEST_LINE = 2_000
"""Characters of a line that are shown."""
AROUND = 2
"""Lines that are kept before and behind one that tells of an error."""

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_ERROR = re.compile(r"error|exception|traceback|panic|fatal|failed|assert|undefined|not found|cannot|can't", re.I)
_PLACE = re.compile(r"(.{1,400}?):\d+(?::\d+)?:")


def terminal(text: str) -> str:
    """A terminal's output as it was seen: without what coloured it and what was written over; the end of a long one."""
    seen = _ESCAPE.sub("", text[-2 * LONGEST :])[-LONGEST:].replace("\r\n", "\n")
    lines = [line.rpartition("\r")[2][:LONGEST_LINE].rstrip() for line in seen.split("\n")]
    return printable(_masked("\n".join(lines))).strip("\n")


def problems(text: str) -> str:
    """Problems, `path:line: message` in lines: errors first, and none of files that are withheld."""
    lines = [line[:LONGEST_LINE] for line in text[:LONGEST].splitlines() if line.strip()]
    shown = [line for line in lines if not ((place := _PLACE.match(line)) and is_secret_path(place[1]))]
    shown.sort(key=lambda line: _ERROR.search(line) is None)
    return printable(_masked("\n".join(shown)))


def diff(text: str) -> str:
    """A unified diff, without what it says of files that are withheld by their names."""
    kept: list[str] = []
    withheld = False
    for line in text[:LONGEST_DIFF].split("\n"):
        if line.startswith("diff --git "):
            names = line.removeprefix("diff --git ").replace('"', "").split(" b/", 1)
            withheld = any(is_secret_path(name.removeprefix("a/")[-LONGEST_LINE:].strip()) for name in names)
        elif line.startswith(("--- ", "+++ ")) and (name := line[4:].partition("\t")[0].strip().strip('"'))[1:2] == "/":
            withheld = withheld or is_secret_path(name[2:][-LONGEST_LINE:]) is not None
        if not withheld:
            kept.append(line[:LONGEST_LINE])
    return printable(mask_secrets("\n".join(kept))[0])


def telling(text: str, tokens: int, counter: TokenCounter) -> str:
    """At most `tokens` of a text: lines that tell of errors and those around them, then the last ones; in its order."""
    if fits(text, tokens, counter):
        return text
    if tokens < LEAST:
        return ""
    lines = text.split("\n")
    errors = [at for at, line in enumerate(lines) if _ERROR.search(line)]
    near = [at for one in reversed(errors) for at in range(max(0, one - AROUND), min(len(lines), one + AROUND + 1))]
    kept: set[int] = set()
    gap = counter.line(f"{GAP}\n")
    for at in dict.fromkeys([*near, *reversed(range(len(lines)))]):
        cost = counter.line(f"{lines[at]}\n") + (0 if {at - 1, at + 1} & kept else gap)
        if cost > tokens:
            break
        kept.add(at)
        tokens -= cost
    if not kept:
        return beginning(lines[errors[-1] if errors else -1], tokens, counter)
    told, last = "", -1
    for at in sorted(kept):
        told += f"{GAP}\n" if at != last + 1 else ""
        told += f"{lines[at]}\n"
        last = at
    return told


def _masked(text: str) -> str:
    """Masked as code, and as comments, which may say anything: messages quote code anywhere in a line."""
    lines = mask_secrets(text)[0].split("\n")
    return "\n".join(line[2:] for line in mask_secrets("\n".join(f"# {line}" for line in lines))[0].split("\n"))
