import re

from inglenook_server.conversations.markdown import document
from inglenook_server.conversations.types import Conversation, Info, Message, Source

INFO = Info("a", "Where <b>is</b> it?", 0.0, 2, "/src/app")


def test_a_document_has_it_all():
    sources = (Source("app/a.py", 3, 3), Source("app/b`c.py", 4, 9))
    messages = (
        Message("user", "Where is\n# it?"),
        Message("assistant", "In [1]:\n```py\nx = 1", "index", "", sources),
        Message("user", "Why?"),
        Message("assistant", "So.", "model", "small"),
    )
    text = document(Conversation(INFO, messages, 1))
    assert re.sub(r"last changed .*\.", "last changed.", text) == (
        "# Where \\<b>is\\</b> it?\n\nA conversation with Inglenook about `/src/app`, last changed.\n\n"
        "A message of this conversation can't be read any more.\n\n"
        "**You**\n\n> Where is\n> # it?\n\n"
        "**Inglenook**, from the index\n\nIn [1\\]:\n```py\nx = 1\n```\n\n"
        "Sources:\n\n- `app/a.py:3`\n- ``app/b`c.py:4-9``\n\n"
        "**You**\n\n> Why?\n\n**Inglenook**, by the model small\n\nSo.\n"
    )


def test_nothing_is_fetched_and_what_the_user_wrote_stays():
    messages = (
        Message("user", "Is https://a.example/b what <b>it</b> calls?\n~~~\n<b>"),
        Message("assistant", "See https://a.example/b, ![x](https://evil.example/c.png) and <img src=x>.", "model"),
    )
    text = document(Conversation(INFO, messages, 0))
    assert text.partition("**You**")[2] == (
        "\n\n> Is https://a.example/b what \\<b>it\\</b> calls?\n> ~~~\n> <b>\n> ~~~\n\n"
        "**Inglenook**, by the model\n\n"
        "See https://a.example/b, x (`https://evil.example/c.png`) and \\<img src=x>.\n"
    )
