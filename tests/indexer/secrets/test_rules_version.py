"""A new version of the rules about secrets is noticed, whichever module of theirs it is in."""

import ast
from pathlib import Path

import inglenook_indexer
from inglenook_indexer.secrets import detector
from inglenook_indexer.secrets.rules_version import FORMATS, MODULES, _detector, rules

FOLDER = Path(inglenook_indexer.__file__).parent
WITHOUT_A_SAY = {"text/languages", "system/permissions", "system/isolation", "errors"}
"""How a language is called, and where things are kept, are no rules about a text."""


def imported(name):
    """Modules of the package that a module imports, and those that these import."""
    found, todo = set(), [name]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text())):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("inglenook_indexer."):
                continue
            parts = node.module.split(".")[1:]
            home = "/".join(parts)
            todo += [home] if (FOLDER / f"{home}.py").exists() else [f"{home}/{alias.name}" for alias in node.names]
    return found


def test_every_module_that_masks_counts():
    def counts(name):
        return any(Path(name).match(one) for one in MODULES)

    used = imported("secrets/redact")
    assert {name for name in used - WITHOUT_A_SAY if not counts(name)} == set()
    assert counts("files/read"), "what text is masked"
    assert counts("text/notebook"), "what text is masked"
    assert all(list(FOLDER.glob(f"{one}.py")) for one in MODULES)


def test_the_detectors_release_counts():
    assert _detector().startswith("kingfisher")
    assert (FOLDER / FORMATS) == detector.FORMATS, "and what it reads beside its own rules"
    assert len(rules()) == 16
