"""A new version of the rules about secrets is noticed, whichever module of theirs it is in."""

import ast
from pathlib import Path

import inglenook_indexer
from inglenook_indexer.rules import MODULES, _detector, rules

FOLDER = Path(inglenook_indexer.__file__).parent
WITHOUT_A_SAY = {"languages"}
"""How a language is called is no rule about a text."""


def imported(name):
    """Modules of the package that a module imports, and those that these import."""
    found, todo = set(), [name]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("inglenook_indexer."):
                todo.append(node.module.removeprefix("inglenook_indexer."))
    return found


def test_every_module_that_masks_counts():
    assert imported("withhold") - WITHOUT_A_SAY <= set(MODULES)
    assert {"read", "notebook"} <= set(MODULES), "what text is masked"


def test_the_detectors_release_counts():
    assert _detector().startswith("kingfisher")
    assert len(rules()) == 16
