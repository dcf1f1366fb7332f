import pytest
from inglenook_server.chat.claims.checker import Checker
from inglenook_server.chat.claims.groundless import wrong
from inglenook_server.chat.claims.index_facts import IndexFacts

from tests.cost import faults


@pytest.mark.parametrize(
    "sentence",
    [
        "This project is a tool for managing files.",
        "The provided code reads a file.",
        "Your application uses Flask.",
        "Dieses Projekt verwaltet Dateien.",
        "Ce projet gère des fichiers.",
        "Este proyecto gestiona archivos.",
        "这个项目用于管理文件。",
        "このプロジェクトはファイルを管理します。",
    ],
)
def test_nothing_is_claimed_of_a_workspace_that_was_not_seen(sentence):
    checker = Checker((), IndexFacts(None), "What does this project do?")
    assert checker.feed(sentence + "\n") + checker.finish() == ""
    assert len(checker.struck) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "A decorator is a function that takes another function.",
        "I can't say what this project does, because no code was shown.",
        "A project has a name.",
        "In Python, a list is a sequence.",
    ],
)
def test_what_is_true_anywhere_is_said(sentence):
    checker = Checker((), IndexFacts(None), "What does this project do?")
    assert (checker.feed(sentence + "\n") + checker.finish()).strip() == sentence


def test_cost():
    assert faults(wrong, "this ", "the current a ", "not ", "your a-a ") == []
