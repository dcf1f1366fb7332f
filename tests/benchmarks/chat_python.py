"""What is so in a Python repository, read with the standard library's `ast` alone. Knows no question.

A call is resolved where that is certain without types: the name is defined in the same module, imported from a module
of the workspace, or a method on `self` that its own class defines. A file that does not parse is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tests.benchmarks.chat_facts import Call, Definition, Facts, Import, Module, first_sentence

Function = ast.FunctionDef | ast.AsyncFunctionDef


def facts(name: str, root: Path) -> Facts:
    """Everything that `ast` tells of the Python files below `root`."""
    trees: dict[str, tuple[ast.Module, str]] = {}
    for file in sorted(root.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        try:
            trees[file.relative_to(root).as_posix()] = ast.parse(text), text
        except SyntaxError:
            continue
    dotted = {dots: path for path in trees for dots in _dotted(path)}
    modules, definitions = {}, []
    for path, (tree, text) in trees.items():
        imports = tuple(_imports(tree, path, dotted))
        scope = {one.name: one.file for one in imports if one.name and one.file}
        here = list(_definitions(tree, path, scope))
        outside = [one for one in ast.iter_child_nodes(tree) if not isinstance(one, (*_FUNCTIONS, ast.ClassDef))]
        top = {one.name: one.qualname for one in here if "." not in one.qualname}
        calls = tuple(call for node in outside for call in _calls(node, top, scope, {}))
        modules[path] = Module(path, tuple(text.splitlines()), imports, calls, tuple(_names(tree)))
        definitions += here
    whole = {(one.path, one.line) for one in definitions}
    inner = {
        node.name
        for path, (tree, _) in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) and (path, node.lineno) not in whole
    }
    return Facts(name, "python", modules, tuple(definitions), frozenset(inner))


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _dotted(path: str) -> Iterator[str]:
    """The names that a module can be imported by."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    if parts and parts[0] == "src":
        parts.pop(0)
    if parts:
        yield ".".join(parts)


def _imports(tree: ast.Module, path: str, dotted: dict[str, str]) -> Iterator[Import]:
    package = list(PurePosixPath(path).parent.parts)
    if package and package[0] == "src":
        package = package[1:]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, file=dotted.get(alias.name, ""))
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            written = "." * node.level + (node.module or "")
            for alias in node.names:
                file = dotted.get(f"{module}.{alias.name}") or dotted.get(module, "")
                yield Import(written, node.lineno, alias.name, file)


def _definitions(tree: ast.Module, path: str, scope: dict[str, str]) -> Iterator[Definition]:
    top = {node.name: node.name for node in tree.body if isinstance(node, (*_FUNCTIONS, ast.ClassDef))}

    def inside(node: ast.AST, above: tuple[str, ...], owner: ast.ClassDef | None) -> Iterator[Definition]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (*_FUNCTIONS, ast.ClassDef)):
                qualname = ".".join((*above, child.name))
                methods = {}
                if owner is not None:
                    own = {one.name for one in owner.body if isinstance(one, _FUNCTIONS)}
                    methods = {one: ".".join((*above, one)) for one in own}
                kind = "class" if isinstance(child, ast.ClassDef) else "method" if owner is not None else "function"
                yield _definition(child, path, qualname, kind, (top, scope, methods))
                if isinstance(child, ast.ClassDef):
                    yield from inside(child, (*above, child.name), child)
            elif isinstance(child, (ast.If, ast.Try)):
                yield from inside(child, above, owner)

    yield from inside(tree, (), None)


Scopes = tuple[dict[str, str], dict[str, str], dict[str, str]]


def _definition(node: Function | ast.ClassDef, path: str, qualname: str, kind: str, scopes: Scopes) -> Definition:
    start = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    doc = first_sentence(ast.get_docstring(node) or "")
    if isinstance(node, ast.ClassDef):
        bases = tuple(name for base in node.bases if (name := _last(base)))
        own = [one for one in node.body if not isinstance(one, (*_FUNCTIONS, ast.ClassDef))]
        calls = tuple(call for part in own for call in _calls(part, *scopes))
        return Definition(
            *(path, node.name, qualname, kind, start, node.lineno, node.end_lineno or node.lineno, doc, bases),
            calls=calls,
        )
    raises = []
    for one in ast.walk(node):
        if isinstance(one, ast.Raise) and one.exc is not None:
            name = _last(one.exc.func if isinstance(one.exc, ast.Call) else one.exc)
            if name and name[0].isupper() and name not in raises:
                raises.append(name)
    return Definition(
        *(path, node.name, qualname, kind, start, node.lineno, node.end_lineno or node.lineno, doc),
        returns=ast.unparse(node.returns).strip("'\"") if node.returns is not None else "",
        raises=tuple(raises),
        calls=tuple(_calls(node, *scopes)),
    )


def _calls(node: ast.AST, top: dict[str, str], scope: dict[str, str], methods: dict[str, str]) -> Iterator[Call]:
    for one in ast.walk(node):
        if not isinstance(one, ast.Call):
            continue
        name = _last(one.func)
        if not name:
            continue
        resolved = ""
        if isinstance(one.func, ast.Name):
            resolved = top.get(name, "") or (name if name in scope else "")
        elif isinstance(one.func, ast.Attribute) and isinstance(one.func.value, ast.Name):
            resolved = methods.get(name, "") if one.func.value.id in ("self", "cls") else ""
        yield Call(name, one.func.end_lineno or one.lineno, resolved)


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _last(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.end_lineno or node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.name, alias.lineno
