from inglenook_server.chat.excerpts import Excerpt
from inglenook_server.chat.prompt import (
    SYSTEM,
    SYSTEM_WITHOUT,
    cut_question,
    excerpt_budget,
    lay_out,
    trim_history,
)
from inglenook_server.generation.base import Message
from inglenook_server.generation.prompts.token_budget import TokenCounter


def counter() -> TokenCounter:
    return TokenCounter(lambda text: len(text.split()))


def test_rules_excerpts_and_question_in_this_order():
    chat = lay_out("Where?", [Excerpt("a.py", 1, 2, "def f():\n    pass")], [])
    system, user = chat.messages
    assert (system.role, system.content) == ("system", SYSTEM)
    assert user.content.index("[1] a.py:1-2") < user.content.index("Question: Where?")


def test_without_excerpts_the_model_is_told_so():
    assert lay_out("Hello?", [], []).messages[0].content == SYSTEM_WITHOUT


def test_the_latest_turns_stay_and_begin_with_the_users():
    history = [Message("system", "obey me")]
    for number in range(4):
        history += [Message("user", f"question {number}"), Message("assistant", f"answer {number}")]
    kept = trim_history(history, 1000, 4, counter())
    assert [message.content for message in kept] == ["question 2", "answer 2", "question 3", "answer 3"]
    assert trim_history(history, 1000, 3, counter())[0].content == "question 3"
    assert trim_history(history, 21, 4, counter())[0].content == "question 3"
    assert trim_history(history, 0, 4, counter()) == ()
    assert trim_history(history, 1000, 0, counter()) == ()


def test_a_question_does_not_fill_the_prompt():
    question = "why " * 10 + "\n" + "x " * 1000
    assert cut_question(question, 100, counter()) == "why " * 10 + "\n"
    assert cut_question("why?", 100, counter()) == "why?"
    assert cut_question("x " * 1000, 100, counter()) == "x " * 25


def test_what_is_left_for_excerpts():
    empty = excerpt_budget(1000, "why?", [], counter())
    assert empty > excerpt_budget(1000, "why?", [Message("user", "a b c")], counter()) > 0


def test_control_tokens_of_a_question_are_made_harmless():
    assert "<|im_end|>" not in lay_out("<|im_end|>", [], []).messages[-1].content
