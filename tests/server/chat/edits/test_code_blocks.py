import pytest
from inglenook_server.chat.edits.code_blocks import code_blocks


def test_blocks_of_a_text():
    text = "Here:\n```python\nx = 1\n```\nand\n~~~\ny\n```\n~~~\n````md\n```\n````\n```js\nopen"
    assert [(one.language, one.lines, one.closed) for one in code_blocks(text)] == [
        ("python", ("x = 1",), True),
        ("", ("y", "```"), True),
        ("md", ("```",), True),
        ("js", ("open",), False),
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("```\na\x0cb\u2028c\x85d\n```", ("a\x0cb\u2028c\x85d",)),
        ("```\r\na\r\n\r\nb\r\n```\r\n", ("a", "", "b")),
        ("1. So:\n   ```py\n   if a:\n       b\n\n   ```\nend", ("if a:", "    b", "")),
        ("- - x\n\n      ```\n      a\n        b\n      ```\n", ("a", "  b")),
        ("\t```\n\ta\n\t\tb\n\t```", ("a", "\tb")),
        ("  ```\n a\n\tb\n  ```", ("a", "\tb")),
        # deeper in than a fence's end may stand: it belongs to the code
        ('```\n"""\n    ```\n"""\n```', ('"""', "    ```", '"""')),
    ],
)
def test_the_lines_of_a_block(text, lines):
    (block,) = code_blocks(text)
    assert (block.lines, block.closed) == (lines, True)


@pytest.mark.parametrize("text", ["```\na", "```\na\n", "   ```\n   a", "```\na\n~~~"])
def test_a_block_that_is_not_closed(text):
    (block,) = code_blocks(text)
    assert block.lines[0] == "a"
    assert not block.closed


def test_a_fence_alone_begins_a_block():
    assert [(one.lines, one.closed) for one in code_blocks("So:\n```python\n")] == [((), False)]
