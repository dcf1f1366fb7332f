"""The code that a command is about: what is named, selected or around the cursor. Knows no engine and no LSP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.symbols.path_order import is_test
from inglenook_indexer.text.languages import language_of

from inglenook_server.chat.addressed import without_orders
from inglenook_server.chat.attachments.attach import attached
from inglenook_server.chat.attachments.mentions import WORDS
from inglenook_server.chat.attachments.types import Attached
from inglenook_server.chat.commands.subject import last_subject
from inglenook_server.chat.commands.task import RECIPES, Target, Task
from inglenook_server.chat.edits.tests_place import file_of_tests
from inglenook_server.chat.known.markdown import code
from inglenook_server.chat.known.types import KnownAnswer
from inglenook_server.chat.questions.read import read
from inglenook_server.documents import bare_lines
from inglenook_server.generation.prompts.token_budget import TOKEN_CHARACTERS, TokenCounter, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inglenook_indexer.types import Symbol

    from inglenook_server.chat.request import ChatRequest
    from inglenook_server.workspace.workspace import Searches

TOKENS = 1_500
"""Of the code that a task is about, about: more is not rewritten well by a model that runs on a laptop."""
MOST_LINES = 120
"""Lines of a definition that a task is about."""
STYLE_LINES = 14
"""Lines of a test that is shown for its style."""
LONGEST_WISH = 2_000
"""Characters of the words behind a command that the model is shown: a pasted log would take minutes to read."""
PROBLEMS = 8
NAMED = ("symbol", "file")
GIVEN = ("selection", "cursor", "file")
"""What the editor sends that a task may be about, in this order; what the words name comes before the cursor."""
CHOOSE = "Select the code that is meant, or name it: `/{command} @Pool.run`."
TOO_LONG = (
    "{name} has {lines} lines. Select the part that is meant: a model on this machine does well with {most} at most."
)
TOO_WIDE = (
    "{name} has {size:,} characters. Select the part that is meant: a model on this machine does well with "
    "{most:,} at most."
)
UNKNOWN = "Nothing called {name} is in the index."
WISH = "Say what is to become of {name}, as in `/refactor @Pool.run use a dictionary`."
"""A model that may change anything changes what was right."""

_LONE = re.compile(r"@\S+")
_PRONOUNS = frozenset(("it", "this", "that", "them", "these", "those"))
_BARE = re.compile(r"[\w$.:>#-]{2,120}")


def make_task(command: str, wish: str, request: ChatRequest, index: Searches | None) -> Task | KnownAnswer:
    """The task that a command sets, or what is said where it is not clear what it is about. Raises StorageError."""
    counter = TokenCounter(estimate)
    named = [one for one in attached(wish, (), index, request.near, counter, TOKENS) if one.kind in NAMED]
    given = attached("", request.given, index, request.near, counter, TOKENS)
    problems = [line for one in given if one.kind == "problems" for line in one.text.splitlines()]
    refused = next((one.problem for one in named if one.problem), "")
    if not named and _LONE.fullmatch(wish) and wish[1:] not in WORDS:
        refused = UNKNOWN.format(name=code(wish[1:]))
    if refused:
        return KnownAnswer(f"{refused} {CHOOSE.format(command=command)}")
    chosen, words = _chosen(command, wish, named, given, problems, request, index)
    if chosen is None:
        refused = next((one.problem for one in given if one.problem and one.kind in GIVEN), "")
        return KnownAnswer(" ".join(filter(None, (refused, CHOOSE.format(command=command)))))
    outside = any(one.outside and one.path == chosen.path for one in request.given) and chosen in given
    target = _target(command, chosen, None if outside else index)
    if isinstance(target, str):
        return KnownAnswer(target)
    if command == "refactor" and not words:
        return KnownAnswer(WISH.format(name=code(target.name or target.path)))
    near = [line for line in problems if _concerns(line, target)]
    beside = _style(target, index) if command == "tests" and index is not None else ()
    return Task(command, target, words[:LONGEST_WISH], tuple((near or problems)[:PROBLEMS]), beside)


def tasks() -> frozenset[str]:
    """The commands that set one."""
    return frozenset(RECIPES)


def _chosen(
    command: str,
    wish: str,
    named: Sequence[Attached],
    given: Sequence[Attached],
    problems: Sequence[str],
    request: ChatRequest,
    index: Searches | None,
) -> tuple[Attached | None, str]:
    """What a task is about, and the words behind the command that do not name it."""
    words = " ".join(word for word in wish.split() if not (named and word.startswith("@")))
    able = [one for one in given if one.start_line and one.path and not one.problem]
    for one in named:
        if one.start_line and one.path:
            return one, words
    if (selected := next((one for one in able if one.kind == "selection"), None)) is not None:
        return selected, words
    if index is not None and (symbol := _spoken_of(wish, request, index)) is not None:
        return Attached("symbol", symbol.name, symbol.path, symbol.line, symbol.end_line), ""
    by_kind = {one.kind: one for one in reversed(able)}
    around = by_kind.get("cursor") or by_kind.get("file")
    if command == "fix" and index is not None and (troubled := _troubled(problems, around, index)) is not None:
        return troubled, words
    return around, words


def _spoken_of(wish: str, request: ChatRequest, index: Searches) -> Symbol | None:
    """A definition that the words behind the command name, `/explain Pool.run`, or the last one: `/explain it`."""
    bare = wish.strip().rstrip("?.!")
    if bare.lower() in _PRONOUNS:
        bare = last_subject(request.history)
    if not _BARE.fullmatch(bare):
        return None
    question = read(f"where is {bare} defined?")
    name = question.subject if question is not None and question.subject else bare
    return next(iter(index.definitions(name, near=request.near, limit=1)), None)


def _troubled(problems: Sequence[str], around: Attached | None, index: Searches) -> Attached | None:
    """The definition that the first problem lies in, where none lies in what the cursor is in."""
    places = [place for line in problems if (place := _place(line)) is not None]
    if around is not None and any(
        path == around.path and around.start_line <= line <= around.end_line and around.kind == "cursor"
        for path, line in places
    ):
        return None
    for path, line in places:
        holding = [one for one in index.outline(path) if one.line <= line <= one.end_line]
        if holding:
            one = min(holding, key=lambda each: each.end_line - each.line)
            return Attached("symbol", one.name, path, one.line, one.end_line)
    return None


def _target(command: str, chosen: Attached, index: Searches | None) -> Target | str:
    """What is chosen as whole lines of its file, or why it can't be: what is changed is a whole definition."""
    outline, lines = _file(chosen.path, index)
    first, last = chosen.start_line, chosen.end_line
    around = _around(outline, first, last)
    if around is not None and (command == "doc" or chosen.kind in ("symbol", "cursor")):
        first, last = around.line, around.end_line
    elif around is not None and command != "explain" and first <= around.line <= last < around.end_line:
        last = around.end_line  # half a definition can't be rewritten
    text = "\n".join(lines[first - 1 : last]) or chosen.text
    name = around.name if around is not None and around.line >= first - 1 else ""
    shown = f"`{name or chosen.path}`"
    if last - first >= MOST_LINES:
        return TOO_LONG.format(name=shown, lines=last - first + 1, most=MOST_LINES)
    if len(text) > TOKENS * TOKEN_CHARACTERS:
        return TOO_WIDE.format(name=shown, size=len(text), most=TOKENS * TOKEN_CHARACTERS)
    return Target(chosen.path, first, last, without_orders(text), language_of(chosen.path), name)


def _file(path: str, index: Searches | None) -> tuple[list[Symbol], list[str]]:
    """What a file defines, and its lines; nothing of a file that the index does not have."""
    if index is None:
        return [], []
    try:
        text = index.text(path)
        return list(index.outline(path)) if text else [], bare_lines(text)
    except IndexMissing:
        return [], []


def _around(outline: Sequence[Symbol], first: int, last: int) -> Symbol | None:
    """The largest definition that begins in these lines, or else the smallest that holds them."""
    starting = [one for one in outline if first <= one.line <= last and one.kind not in ("variable", "field")]
    if starting:
        return max(starting, key=lambda one: one.end_line - one.line)
    holding = [one for one in outline if one.line <= first and one.end_line >= last]
    return min(holding, key=lambda one: one.end_line - one.line, default=None)


def _place(problem: str) -> tuple[str, int] | None:
    """The file and line of a problem, `path:line: message`."""
    path, _, rest = problem.partition(":")
    line = rest.partition(":")[0].strip()
    return (path, int(line)) if line.isascii() and line.isdecimal() and len(line) < 8 else None


def _concerns(problem: str, target: Target) -> bool:
    """Whether a problem lies in the target."""
    place = _place(problem)
    return place is not None and place[0] == target.path and target.start_line <= place[1] <= target.end_line


def _style(target: Target, index: Searches) -> tuple[tuple[str, str], ...]:
    """The head of one test, for its style: of the target's own tests, else of one that speaks of it."""
    own = file_of_tests(target.path, index.files())
    hits = index.search(f"test {target.name or target.path}", limit=10)
    for hit in sorted(hits, key=lambda one: one.chunk.path != own):
        if is_test(hit.chunk.path) and hit.chunk.path != target.path:
            shown = "\n".join(without_orders(hit.chunk.text).split("\n")[:STYLE_LINES])
            return ((f"{hit.chunk.path}:{hit.chunk.start_line}", shown),)
    return ()
