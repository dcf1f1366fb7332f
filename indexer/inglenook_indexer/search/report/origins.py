"""Frames of a trace -> files of the workspace. Pure.

A trace has paths of another machine. What was installed there (`site-packages/pkg/mod.py`) is the workspace's own
where the workspace has the whole of what follows the folder of installed things; the rest is other people's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from inglenook_indexer.search.stack_trace import Frame, shared_tail

_INSTALLED = re.compile(
    r"(?:^|(?<=/))(?:(?:site|dist)-packages|node_modules|pkg/mod/(?:[^/@]+/)*[^/@]+@[^/]+|registry/src/[^/]+"
    r"|gems/[^/]+-\d[^/]*|lib/(?:python|ruby)[\d.]*(?:/gems)?|vendor/(?:bundle/)?|rustc/[0-9a-f]+|lib/go/src|go/src"
    r"|jdk[^/]*/src)/"
)
_LANGUAGE = re.compile(
    r"(?:^|/)lib/(?:python|ruby/?)[\d.]+/(?!(?:site|dist)-packages|gems)|^node:|(?:^|/)rustc/[0-9a-f]+/|(?:^|/)go/src/"
    r"|^<|(?:^|/)jdk[^/]*/"
)
"""What comes with a language: never the workspace's own, as good as."""
_VERSION = re.compile(r"^(?P<name>[\w-]+?)-\d[^/]*(?=/)")
_DISTANCE = 0.8  # a frame further out counts this much of the one before
_BY_NAME = 0.4  # only the file's name in common, of a path that has more: it may be another one


def comes_with_language(path: str) -> bool:
    """Whether a frame's path is of a language's own library."""
    return _LANGUAGE.search(path) is not None


def own_path(path: str) -> tuple[str, bool]:
    """(what of a frame's path the workspace may have, whether it has to have all of it)."""
    end = 0
    for match in _INSTALLED.finditer(path):
        end = match.end()
    return (_VERSION.sub(r"\g<name>", path[end:]), True) if end else (path, False)


def resolved(frames: Iterable[Frame], paths: Iterable[str]) -> Mapping[str, tuple[float, Frame]]:
    """Path -> (how surely the trace speaks of it: 1 for the frame nearest the error, less further out; the frame)."""
    found: dict[str, tuple[float, Frame]] = {}
    known = list(paths)
    worth = 1.0
    for frame in frames:
        wanted, whole = own_path(frame.path)
        count = wanted.strip("/").count("/") + 1
        tails = {path: shared for path in known if (shared := shared_tail(wanted, path))}
        longest = max(tails.values(), default=0)
        if not longest or (whole and longest < count and not any(wanted.endswith(f"/{path}") for path in tails)):
            continue
        sure = _BY_NAME if longest == 1 and count > 1 else 1.0
        for path, shared in tails.items():
            if shared == longest:
                found.setdefault(path, (worth * sure, frame))
        worth *= _DISTANCE
    return found
