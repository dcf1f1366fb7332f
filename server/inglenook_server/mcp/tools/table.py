"""Every tool: its name, when an agent uses it, its arguments, and the function that answers. Plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inglenook_server.mcp.arguments import BUDGET, Parameter
from inglenook_server.mcp.tools.files import importers, outline, span
from inglenook_server.mcp.tools.impact import impact
from inglenook_server.mcp.tools.search import search
from inglenook_server.mcp.tools.status import index_status
from inglenook_server.mcp.tools.symbols import definitions, references

Answer = Callable[..., str]
"""(the folders that are served, arguments by name) -> the answer. Raises IndexerError, RequestError."""
_LINE = 10_000_000
_NAME = Parameter("name", "The symbol's name, as in parse_cookie or Pool.run.", default=None)
_FILE = Parameter("path", "The file, by its path in the folder.", default=None)
_WITHIN = Parameter("path", 'Only this folder, file, or pattern such as "src/*.py".')
_HOME = Parameter("defined_in", "The file that defines it, where several things have the name.")


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. It reads, and changes nothing."""

    name: str
    title: str
    help: str
    """When to use it."""
    answer: Answer
    parameters: tuple[Parameter, ...]


TOOLS = (
    Tool(
        "search",
        "Search the code",
        "Find code by meaning, words, names or an error message; best places first, with their code. Use it when you "
        "do not know the symbol's name, before reading files.",
        search,
        (
            Parameter("query", "A question, words, a name, an error message or a whole bug report.", default=None),
            _WITHIN,
            Parameter("language", 'Only this language, as in "python".'),
            Parameter("kind", 'Only places that define such a symbol, as in "class" or "method".'),
            Parameter("with_code", "false lists many places without their code.", bool, True),
            BUDGET,
        ),
    ),
    Tool(
        "definitions",
        "Where a symbol is defined",
        "Where a function, class, method or constant is defined, with its signature and code. Use it when you know "
        "the name.",
        definitions,
        (_NAME, _WITHIN, Parameter("with_code", "false leaves the code out.", bool, True), BUDGET),
    ),
    Tool(
        "references",
        "Who uses a symbol",
        "Every place that calls, imports, inherits from or otherwise uses a symbol, each with its line; told apart by "
        "imports, not by text alone. Use it instead of grep for callers.",
        references,
        (
            _NAME,
            Parameter("relation", "Only this use.", one_of=("call", "type", "inherit", "import")),
            _WITHIN,
            _HOME,
            BUDGET,
        ),
    ),
    Tool(
        "importers",
        "Which files import a file",
        "Which files import this file. Use it before moving, renaming or splitting it.",
        importers,
        (_FILE, BUDGET),
    ),
    Tool(
        "outline",
        "What a file defines",
        "Every symbol that a file defines, with its lines. Use it before reading a long file.",
        outline,
        (_FILE, BUDGET),
    ),
    Tool(
        "span",
        "Lines of a file",
        "Numbered lines of a file as it is now, with secrets masked. Use it to read what the other tools cite.",
        span,
        (
            Parameter("path", "The file; `path:start-end` is understood, too.", default=None),
            Parameter("start_line", "The first line, from 1 on.", int, 0, 0, _LINE),
            Parameter("end_line", "The last line; the file's last by default.", int, 0, 0, _LINE),
            BUDGET,
        ),
    ),
    Tool(
        "impact",
        "What a change reaches",
        "What may break if a symbol or a file is changed: callers and theirs, heirs, importers, and the tests that "
        "name it. Use it before an edit.",
        impact,
        (
            Parameter("name", "A symbol's name or a file's path.", default=None),
            _HOME,
            BUDGET,
        ),
    ),
    Tool(
        "index_status",
        "What is indexed",
        "Which folders are indexed, how much of them, and how up to date. Use it when an answer says that something "
        "is missing.",
        index_status,
        (BUDGET,),
    ),
)
