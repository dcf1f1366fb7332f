"""Sentences that ask nothing of the code: greetings, thanks, and what neither index nor model can know.

Whole sentences alone, as `assets/questions/talk.toml` lists them: "hi, who calls run" is a question.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from inglenook_server.chat.questions.forms import Language
from inglenook_server.chat.questions.sentences import fold

Talk = Literal["hello", "thanks", "not_run", "not_code"]
_LONGEST = 60
"""Characters of such a sentence."""
_WORD = re.compile(r"\w+")


def small_talk(text: str) -> tuple[Talk, Language] | None:
    """What is said, and in which language; nothing for anything else."""
    return _sentences().get(_plain(text)) if len(text) <= _LONGEST else None


@cache
def _sentences() -> dict[str, tuple[Talk, Language]]:
    table = tomllib.loads((files("inglenook_server") / "assets" / "questions" / "talk.toml").read_text("utf-8"))
    found: dict[str, tuple[Talk, Language]] = {}
    for language in get_args(Language):
        for talk in get_args(Talk):
            for sentence in table[language][talk]:
                found.setdefault(_plain(sentence), (talk, language))
    return found


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text).lower()))
