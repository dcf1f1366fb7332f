from threading import Event

import pytest
from inglenook_indexer import Index
from inglenook_server.completion.complete import Completion, complete, masked, recall
from inglenook_server.completion.memory import Memory
from inglenook_server.errors import RequestError
from inglenook_server.generation.base import Generation, Infill
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import CompletionSettings

from tests.server.completion.marks import at


class Asked(EchoGenerator):
    """An echo engine that keeps what it was asked."""

    def __init__(self, reply: str = "foo(bar)") -> None:
        super().__init__(lambda _: reply)
        self.prompts: list[Infill] = []
        self.options = []

    def generate(self, prompt, options, on_text=None, cancelled=None) -> Generation:
        self.prompts.append(prompt)
        self.options.append(options)
        return super().generate(prompt, options, on_text, cancelled)


def ask(text: str, generator, *, path: str = "a.py", index=None, memory=None, cancelled=None, **settings) -> Completion:
    prefix, suffix = text.split("█")
    return complete(
        path=path,
        text=prefix + suffix,
        offset=len(prefix),
        index=index,
        generator=generator,
        settings=CompletionSettings(**settings),
        cancelled=cancelled,
        memory=memory,
    )


def test_a_line_is_completed_and_explained():
    completion = ask("x = █\ny = 2\n", Asked("foo(bar)\nmore"))
    assert (completion.text, completion.stop_reason) == ("foo(bar)", "stop")
    explanation = completion.explanation
    assert explanation.prompt == "<prefix>x = <suffix>\ny = 2\n<middle>"
    assert set(explanation.timings_ms) == {"shape", "context", "prompt", "generate", "filter", "total"}
    assert explanation.usage.generated_tokens > 0
    assert explanation.reason == ""


def test_a_block_may_be_longer_than_a_line():
    asked = Asked("\n    return 1\n\nx = 1")
    assert ask("def f():█\n", asked).text == "\n    return 1"
    ask("x = █", asked)
    assert [options.max_tokens for options in asked.options] == [48, 20]


def test_nothing_is_asked_in_the_middle_of_a_line():
    asked = Asked()
    completion = ask("x = █ + y", asked)
    assert completion.text == ""
    assert completion.explanation.reason
    assert asked.prompts == []


@pytest.mark.parametrize(("path", "shown"), [("a.json", '"b.py"'), ("tsconfig.json", '"b.py",')])
def test_a_strict_format_stays_readable(path, shown):
    assert ask('[\n  "a.py",\n  █\n]\n', Asked('"b.py",'), path=path).text == shown


def test_what_is_typed_through_needs_no_model():
    asked, memory = Asked(), Memory()
    assert ask("x = █\n", asked, memory=memory).text == "foo(bar)"
    assert ask("x = foo█\n", asked, memory=memory).text == "(bar)"
    assert ask("x = foo█\n", asked, memory=memory).explanation.reason == "typed through"
    assert ask("x = fox█\n", asked, memory=memory).text == "foo(bar)"
    assert len(asked.prompts) == 2


def test_every_suggestion_is_explained_by_its_id_also_while_it_is_typed_through():
    asked, memory = Asked(), Memory()
    first = ask("x = █\n", asked, memory=memory)
    typed = ask("x = foo█\n", asked, memory=memory)
    assert (typed.text, typed.explanation.prompt) == ("(bar)", "")
    why = memory.explanations.get(typed.id)
    assert why == first.explanation
    assert (why.text, why.prompt) == ("foo(bar)", "<prefix>x = <suffix>\n<middle>")
    assert memory.explanations.get("") is None


class Stuck:
    """An index that does not answer before it is let go."""

    def __init__(self) -> None:
        self.go = Event()

    def __getattr__(self, name):
        def ask(*_, **__):
            assert self.go.wait(10)
            raise RuntimeError("nobody waits any more")

        return ask


def test_what_came_too_late_is_told_as_late():
    index, memory = Stuck(), Memory()
    explanations = [ask(f"x{n} = total(█)\n", Asked(), index=index, memory=memory).explanation for n in range(2)]
    index.go.set()
    memory.close()
    for explanation in explanations:  # the second time they are still at the first question
        assert explanation.late["usage"] == 20.0
        assert "context.usage" not in explanation.timings_ms
        assert explanation.gate == "nothing was found in other files in time"


def test_recall_is_complete_without_the_model():
    asked, memory = Asked(), Memory()
    known = {"path": "a.py", "generator": asked, "settings": CompletionSettings(), "memory": memory}
    assert recall(text="x = ", offset=4, **known) is None
    ask("x = █", asked, memory=memory)
    assert recall(text="x = foo", offset=7, **known).text == "(bar)"
    assert recall(text="x + y", offset=2, **known).text == ""
    with pytest.raises(RequestError):
        recall(text="x", offset=9, **known)


def test_typing_through_an_opener_needs_no_model_either():
    asked, memory = Asked("f(x):  # why\n"), Memory()
    assert ask("def █", asked, memory=memory).text == "f(x):  # why"
    assert ask("def f(x):█", asked, memory=memory).text == "  # why"
    assert len(asked.prompts) == 1


def test_another_setting_is_another_suggestion():
    asked, memory = Asked(), Memory()
    ask("x = █", asked, memory=memory)
    ask("x = █", asked, memory=memory, max_tokens=5)
    assert len(asked.prompts) == 2


@pytest.mark.parametrize("path", [".env", "keys/server.pem", "home/.ssh/config"])
def test_a_secret_file_is_refused_with_the_reason(path):
    asked = Asked()
    with pytest.raises(RequestError, match="gets no completion"):
        ask("x = █", asked, path=path)
    assert asked.prompts == []


@pytest.mark.parametrize("offset", [-1, 3])
def test_a_cursor_outside_the_text_is_refused(offset):
    with pytest.raises(RequestError, match="2 characters"):
        complete(path="a.py", text="ab", offset=offset, index=None, generator=Asked(), settings=CompletionSettings())


def test_secrets_are_masked_at_equal_length():
    asked = Asked()
    ask('KEY = "AKIAIOSFODNN7EXAMPLQ"\nx = █\nK2 = "AKIAIOSFODNN7EXAMPLR"\n', asked)
    prompt = asked.prompts[0]
    assert prompt.prefix == f'KEY = "{"*" * 20}"\nx = '
    assert prompt.suffix == f'\nK2 = "{"*" * 20}"\n'


def test_masking_reaches_as_far_as_a_prompt():
    cursor = masked(at("x\n" * 100_000 + "█" + "y\n" * 100_000))
    assert len(cursor.prefix) >= 65_536
    assert cursor.prefix.endswith("x\n")
    assert cursor.suffix.startswith("y\n")


def test_a_cancelled_request_says_so():
    assert ask("x = █", Asked(), cancelled=lambda: True).stop_reason == "cancelled"


def test_other_files_help_and_the_file_itself_does_not(workspace):
    root = workspace(
        {
            "pool.py": "class WorkerPool:\n    def acquire_worker(self, timeout):\n        return self.idle.pop()\n",
            "main.py": "from pool import WorkerPool\n\npool = WorkerPool()\nworker = pool.acquire_worker(5)\n",
            "other.py": "def unrelated():\n    return 'nothing of this'\n",
        }
    )
    index = Index(root)
    index.refresh()
    text = "from pool import WorkerPool\n\npool = WorkerPool()\nworker = █\n"
    asked = Asked()
    completion = ask(text, asked, path="main.py", index=index)
    assert [[snippet.path for snippet in prompt.snippets] for prompt in asked.prompts] == [[], ["pool.py"]]
    assert [hit.chunk.path for hit in completion.explanation.hits] == ["pool.py"]
    ask(text, asked, path="main.py", index=index, cross_file=False)
    assert [prompt.snippets for prompt in asked.prompts[2:]] == [()]
    index.close()


def test_an_index_without_anything_is_no_obstacle(workspace):
    assert ask("import os\nx = █\n", Asked(), index=Index(workspace({}))).text == "foo(bar)"
