"""`commands`: whether an accepted edit of the same repository, shown as an example, helps /doc and /fix.

Cases are functions of this repository. /doc: the docstring is taken out and is the hidden reference. /fix: a name is
misspelt (`fix`), or an operator changed (`logic`), the line is named as the problem, and the function as it was is the
reference. The example is the built-in one, another function of the same file (`own`), or none. Likeness is difflib's
ratio: of words for /doc, of lines of code for /fix; `copied` is the share of answers that repeat the example's own.
"""

from __future__ import annotations

import ast
import difflib
import re
import statistics
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from inglenook_indexer.text.languages import language_of
from inglenook_server.chat.commands.task import Target, Task
from inglenook_server.chat.edits.code_blocks import code_blocks
from inglenook_server.chat.edits.doc_text import doc_text
from inglenook_server.chat.excerpts import fenced
from inglenook_server.generation.base import Chat, Generator, Message, Options
from inglenook_server.generation.openvino.engine import OpenVinoGenerator

from tests.benchmarks.generators import here
from tests.benchmarks.result import Result

ROOT = Path(__file__).parents[2]
FILES = ("server/inglenook_server/chat", "server/inglenook_server/completion", "indexer/inglenook_indexer/search")
LINES = range(4, 16)
"""Of a function that is a case."""
COMMANDS = {"doc": "doc", "fix": "fix", "logic": "fix"}
"""Each set of cases -> the command."""
WAYS = ("built-in", "own", "none")
TOKENS = {"doc": 60, "fix": 220}
LONGEST = 480
"""Characters of an example, question and answer together: 120 tokens."""
COPIED = 0.7
"""Likeness to the example's answer from which an answer is a copy of it."""
SWAPS = (("<=", "<"), ("==", "!="), (" and ", " or "), (" - 1", " + 1"), (" + ", " - "), ("not ", ""), ("min(", "max("))


@dataclass(frozen=True)
class Case:
    """A function as the model is shown it, and what is hidden from it."""

    command: str
    path: str
    name: str
    code: str
    reference: str
    problem: str = ""


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` cases of each command."""
    for model in here():
        if model.name == "smollm2-135m":
            continue  # the model for a machine that can't run the default one; commands are not for it
        with closing(OpenVinoGenerator(model.name, model.openvino)) as generator:
            for command in COMMANDS:
                for number, (case, other) in enumerate(chosen(command, corpus or ROOT, n)):
                    for way in WAYS:
                        key = f"{model.name}.{command}.{way}.{number}"
                        row = result.row(key, lambda c=case, o=other, w=way: _row(generator, c, o, w))  # type: ignore[misc]
                        sys.stderr.write(f"{key} {row['name']} {row['likeness']:.3f}\n")
        for command in COMMANDS:
            for way in WAYS:
                rows = [row for key, row in result.rows.items() if key.startswith(f"{model.name}.{command}.{way}.")]
                for score in ("likeness", "exact", "copied", "prompt_tokens"):
                    value = statistics.mean(float(str(row[score])) for row in rows)
                    result.summary[f"commands.{model.name}.{command}.{way}.{score}"] = value


def chosen(command: str, root: Path, count: int) -> list[tuple[Case, Case]]:
    """(a case, another one of its file), from as many files as there are."""
    found: list[tuple[Case, Case]] = []
    for folder in FILES:
        pairs = []
        for path in sorted((root / folder).rglob("*.py")):
            cases = list(_cases(command, path, root))
            fitting = [one for one in cases if len(one.code) + len(one.reference) <= LONGEST]
            case = next((one for one in cases if fitting and one.name != fitting[0].name), None)
            if case is not None:
                pairs.append((case, fitting[0]))
        step = max(1, len(pairs) * len(FILES) // count)
        found += pairs[::step]
    return found[:count]


def _cases(command: str, path: Path, root: Path) -> Iterator[Case]:
    text = path.read_text("utf-8")
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef) or node.decorator_list or not ast.get_docstring(node):
            continue
        if node.end_lineno is None or node.end_lineno - node.lineno + 1 not in LINES or len(node.body) < 2:
            continue
        body = lines[node.lineno - 1 : node.end_lineno]
        code = "\n".join(line[node.col_offset :] for line in body)
        name = path.relative_to(root).as_posix()
        first, last = node.body[0].lineno - node.lineno, (node.body[0].end_lineno or 0) - node.lineno
        if command == "doc":
            kept = code.split("\n")
            doc = " ".join((ast.get_docstring(node) or "").split())
            yield Case("doc", name, node.name, "\n".join([*kept[:first], *kept[last + 1 :]]), doc)
            continue
        rows = code.split("\n")
        if command == "fix":
            if (typo := _misspelt(rows, last + 1, [one.arg for one in node.args.args])) is not None:
                at, wrong = typo
                yield Case("fix", name, node.name, "\n".join(rows), code, f'line {at + 1}: undefined name "{wrong}"')
            continue
        for at, (old, new) in ((at, swap) for at in range(last + 1, len(rows)) for swap in SWAPS):
            if old in rows[at]:
                rows[at] = rows[at].replace(old, new, 1)
                problem = f"line {at + 1} computes the wrong result"
                yield Case("logic", name, node.name, "\n".join(rows), code, problem)
                break


def _misspelt(rows: list[str], first: int, names: list[str]) -> tuple[int, str] | None:
    """Misspell the last use of a parameter, in place; its line and what it became."""
    for at in range(len(rows) - 1, first - 1, -1):
        for name in names:
            wrong = f"{name[0]}{name[2]}{name[1]}{name[3:]}" if len(name) > 3 else name
            if wrong != name and re.search(rf"(?<![\w.]){name}\b", rows[at]):
                rows[at] = re.sub(rf"(?<![\w.]){name}\b", wrong, rows[at], count=1)
                return at, wrong
    return None


def _row(generator: Generator, case: Case, other: Case, way: str) -> dict[str, object]:
    language, command = language_of(case.path), COMMANDS[case.command]
    target = Target(case.path, 1, case.code.count("\n") + 1, case.code, language, case.name)
    task = Task(command, target, problems=(case.problem,) if case.problem else ())
    chat = _with(task, other, way)
    text = generator.generate(chat, Options(max_tokens=TOKENS[command])).text
    if command == "doc":
        made = doc_text(text, case.code)
        likeness = _alike(_words(made), _words(case.reference))
        copied = _alike(_words(made), _words(other.reference)) > COPIED
    else:
        made = "\n".join(max((one.lines for one in code_blocks(text)), key=len, default=()))
        likeness = _alike(_bare(made), _bare(case.reference))
        copied = _alike(_bare(made), _bare(other.reference)) > COPIED
    return {
        "name": f"{case.path}:{case.name}",
        "likeness": likeness,
        "exact": float(bool(made) and _bare(made) == _bare(case.reference)),
        "copied": float(copied),
        "prompt_tokens": generator.count(generator.render(chat)),
        "text": text,
    }


def _with(task: Task, other: Case, way: str) -> Chat:
    """The task's conversation with its own example, with that of `other`, or with none."""
    system, *_, last = task.chat().messages
    if way == "built-in":
        return task.chat()
    if way == "none":
        return Chat((system, last))
    problems = f"Problems:\n- {other.problem}\n\n" if other.problem else ""
    asked = f"{fenced(other.code, 'python')}\n\n{problems}{task.recipe.request.replace('{wish}', '').strip()}"
    answer = other.reference if task.command == "doc" else fenced(other.reference, "python")
    return Chat((system, Message("user", asked), Message("assistant", answer), last))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _bare(code: str) -> list[str]:
    return [line.strip() for line in code.split("\n") if line.strip()]


def _alike(one: list[str], other: list[str]) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
