import pytest
from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.symbols import facts
from inglenook_server.chat.attachments.outlines import beginning, digest, lines_of, outline, words_of
from inglenook_server.generation.prompts.token_budget import TokenCounter

COUNTER = TokenCounter(lambda line: -(-len(line) // 4))
CODE = '''"""Workers."""


@final
class Pool(
    Base,
):
    """Threads that are kept. They wait."""

    size = 4

    @cached
    async def run(self, job: Job) -> Future:
        """Runs one job."""
        def inner():
            return 1
        return self._next().submit(job)


def parse_cookie(header):
    # reads the pairs
    return dict(pair.split("=") for pair in header.split(";"))
'''


def symbols(text):
    chunks = Chunker().chunk("a.py", "python", text)
    return sorted(
        (one for chunk in chunks for one in facts.symbols(chunk.facts, "a.py", "python")), key=lambda one: one.line
    )


def test_an_outline_has_a_line_for_each_definition_that_others_see():
    assert list(outline(symbols(CODE), lines_of(CODE))) == [
        "class Pool(Base)  # Threads that are kept.",
        "  async def run(self, job: Job) -> Future  # Runs one job.",
        "def parse_cookie(header)",
    ]


@pytest.mark.parametrize(
    ("words", "tokens", "shown", "hidden"),
    [
        ("how is a cookie header read", 70, ["class Pool", "def parse_cookie", "# reads the pairs"], ["inner"]),
        ("where is a job submitted", 110, ["class Pool", "submit(job)"], ["# reads the pairs"]),
        ("what is this", 60, ["class Pool", "async def run", "def parse_cookie(header)"], ["# reads", "inner"]),
    ],
)
def test_a_long_text_is_told_by_its_outline_and_the_parts_that_are_asked_about(words, tokens, shown, hidden):
    told = digest(lines_of(CODE), symbols(CODE), words_of(words), tokens, COUNTER)
    assert COUNTER.text(told) <= tokens
    assert all(one in told for one in shown), told
    assert not any(one in told for one in hidden), told


def test_a_text_without_definitions_is_told_by_parts_or_its_beginning():
    lines = [f"line {number}" for number in range(400)]
    lines[300] = "the zebra"
    assert "zebra" in digest(lines, [], words_of("where is the zebra"), 200, COUNTER)
    assert digest(lines, [], words_of("nothing of that"), 6, COUNTER) == "line 0\nline 1\nline 2\n"


@pytest.mark.parametrize("tokens", [0, 1, 5, 50])
@pytest.mark.parametrize("text", ["", "a", "x" * 5_000, "ab cd\n" * 99, "\n" * 50, "\r\n\r"])
def test_a_beginning_keeps_to_the_tokens(text, tokens):
    kept = beginning(text, tokens, COUNTER)
    assert text.startswith(kept)
    assert COUNTER.text(kept) <= tokens
