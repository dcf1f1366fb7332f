import os

import pytest
from inglenook_server.chat.attachments.types import Given
from inglenook_server.documents import Document
from inglenook_server.features.attachments import LONGEST, Buffers, active, given
from inglenook_server.protocol.chat import Attachment
from inglenook_server.session.services import make_services
from lsprotocol import types as lsp

TOKEN = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
TEXT = f"import os\n\n\ndef call():\n    token = '{TOKEN}'\n    return '\U0001f600', token\n"


def span(line, character, end_line, end_character):
    return lsp.Range(lsp.Position(line, character), lsp.Position(end_line, end_character))


@pytest.fixture
def ask(workspace):
    services = make_services()
    root = workspace({"src/a.py": TEXT, ".env": "A=1\n"})
    services.open(root)

    def given_of(kind, uri="src/a.py", text=TEXT, range=None, **more):
        uri = uri if ":" in uri or not uri else (root / uri).as_uri()
        if text is not None and uri:
            services.documents.put(Document(uri, text))
        attachment = Attachment(kind, uri, range, **more)
        (one,) = given([attachment], services.folders, services.documents, Buffers())
        return one

    given_of.root, given_of.services = root, services
    yield given_of
    services.close()


@pytest.mark.parametrize(
    ("range", "lines"),
    [
        (span(3, 0, 4, 3), (4, 5)),
        (span(3, 0, 4, 0), (4, 4)),
        (span(4, 3, 3, 1), (4, 5)),
        (span(5, 12, 5, 14), (6, 6)),
        (span(0, 0, 6, 0), (1, 6)),
        (span(2, 0, 3, 0), (3, 3)),
    ],
)
def test_a_selection_is_whole_lines_of_the_masked_buffer(ask, range, lines):
    one = ask("selection", range=range)
    assert (one.path, one.start_line, one.end_line, one.first_line, one.problem) == ("src/a.py", *lines, 1, "")
    assert one.text.split("\n")[3] == "def call():"
    assert TOKEN not in one.text
    assert len(one.text) == len(TEXT)


def test_a_selection_up_to_the_start_of_a_line_is_not_into_it_with_any_line_end(ask):
    for ends in ("\n", "\r\n"):
        one = ask("selection", text=TEXT.replace("\n", ends), range=span(0, 0, 2, 0))
        assert (one.start_line, one.end_line) == (1, 2)


@pytest.mark.parametrize(
    ("kind", "range", "problem"),
    [
        ("selection", None, "Nothing is selected."),
        ("selection", span(3, 2, 3, 2), "Nothing is selected."),
        ("cursor", span(99, 0, 99, 0), "The cursor is on line 100, but the document has 7."),
        ("telepathy", None, "This can't go along with a question."),
    ],
)
def test_what_can_not_be_read_says_why(ask, kind, range, problem):
    assert ask(kind, range=range).problem == problem


@pytest.mark.parametrize("kind", ["selection", "cursor", "file"])
def test_secret_files_are_withheld_by_every_name_they_have(ask, kind):
    os.symlink(ask.root / ".env", ask.root / "harmless.py")
    for uri in (".env", "harmless.py", "file:///home/me/.ssh/id_rsa", "untitled:.env"):
        one = ask(kind, uri, "PASSWORD=hunter2\n", span(0, 0, 0, 8))
        assert one.text == ""
        assert one.problem.startswith("It is withheld: ")


def test_documents_outside_are_taken_from_their_buffers_alone(ask):
    assert ask("file", "untitled:Untitled-1").text.startswith("import os")
    assert ask("cursor", "untitled:Untitled-2", range=span(3, 0, 3, 0)).outside
    assert ask("selection", "file:///etc/hosts", None, span(0, 0, 1, 0)).problem.startswith("It is not open")
    assert ask("file", "file:///etc/hosts", None) == Given("file", "hosts", outside=True)
    assert ask("file") == Given("file", "src/a.py")
    assert ask("selection", "src/b.py", None, span(3, 0, 4, 9)) == Given("selection", "src/b.py", "", 4, 5)


def test_what_the_client_gives_itself_is_passed_on(ask):
    assert ask("terminal", "", name="zsh") == Given("terminal", name="zsh")
    assert ask("folder", ask.root.as_uri(), None) == Given("folder", ".")
    assert ask("folder", "src", None) == Given("folder", "src")
    assert ask("diff", "", name="staged") == Given("diff", name="staged")
    assert ask("symbol", "src/a.py", name="call") == Given("symbol", "src/a.py", "call")


@pytest.mark.parametrize("line", ["x = 1\n", "x" * 999_999 + "\n"])
def test_of_two_megabytes_a_part_is_read(ask, line):
    text = line * (2_000_000 // len(line))
    last = text.count("\n")
    for range in (span(0, 0, last, 0), span(last // 2, 3, last // 2, 5), span(1, 70, last, 0)):
        one = ask("selection", text=text, range=range)
        assert one.text
        assert len(one.text) < LONGEST + 100_000
        assert one.first_line <= one.start_line == range.start.line + 1


def test_the_active_file_is_the_cursors(ask):
    cursor, selection, outside = (
        Given("cursor", "b.py"),
        Given("selection", "a.py"),
        Given("cursor", "Untitled-1", outside=True),
    )
    assert active([selection, cursor]) == "b.py"
    assert active([outside, selection]) == "a.py"
    assert active([outside]) == active([]) == ""


def test_a_buffer_is_masked_once_a_version(monkeypatch):
    from inglenook_server.features import attachments

    masked = []
    monkeypatch.setattr(attachments, "mask_secrets", lambda text, path: (masked.append(path), (text, []))[1])
    buffers, one, two = Buffers(), Document("a", "x = 1\n"), Document("a", "x = 1\n")
    for document in (one, one, two, two):
        assert buffers.masked(document, 0, 5) == "x = 1"
    assert masked == ["a", "a"]
