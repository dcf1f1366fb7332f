import pytest
from inglenook_indexer import Index
from inglenook_server.completion.context.sources.place import Place, Surroundings
from inglenook_server.completion.context.sources.related import related
from inglenook_server.completion.context.sources.similar import (
    AFTER,
    BEFORE,
    Passage,
    _masked,
    above,
    best,
    in_open_files,
    in_own_file,
    similar,
)

from tests.server.completion.marks import at

REPEATED = "reader = open_reader(path)\nheader = reader.next_header()\nreader.skip_padding(header)\n"
OTHER = "".join(f"value_{number} = compute_{number}()\n" for number in range(40))


def place(text: str, **buffers: str) -> Place:
    return Place(at(text), "me.py", "python", None, Surroundings({f"{name}.py": one for name, one in buffers.items()}))


def test_what_follows_the_same_lines_elsewhere_is_shown():
    there = place("reader = open_reader(name)\nheader = reader.next_header()\n█", other=OTHER + REPEATED + OTHER)
    (found,) = similar(there, in_open_files(there))
    lines = found.chunk.text.splitlines()
    at_line = lines.index("header = reader.next_header()")
    assert at_line <= BEFORE
    assert lines[at_line + 1] == "reader.skip_padding(header)"
    assert len(lines) == at_line + 1 + AFTER
    assert found.chunk.start_line + at_line == 42
    assert found.parts["similar"] == pytest.approx(found.score)


def test_what_shares_a_word_or_two_is_not():
    there = place("reader = unlike(anything)\nelse_where = nothing()\n█", other=OTHER + REPEATED + OTHER)
    assert similar(there, in_open_files(there)) == ()


def test_the_same_lines_are_shown_once():
    there = place("reader = open_reader(name)\nheader = reader.next_header()\n█", a=REPEATED, b=REPEATED)
    assert len(similar(there, in_open_files(there))) == 1


def test_the_cursors_own_file_counts_where_its_prompt_does_not_reach():
    text = (
        REPEATED + OTHER * 3 + "reader = open_reader(name)\nheader = reader.next_header()\n█\n" + OTHER * 2 + REPEATED
    )
    there = place(text)
    found = similar(there, in_own_file(there))
    assert {hit.chunk.path for hit in found} == {"me.py"}
    whole = text.replace("█", "").split("\n")
    for hit in found:
        shown = hit.chunk.text.rstrip("\n").split("\n")
        assert whole[hit.chunk.start_line - 1 :][: len(shown)] == shown
    near = place(REPEATED + "x = 1\nreader = open_reader(name)\nheader = reader.next_header()\n█\n")
    assert in_own_file(near) == []


def test_a_last_line_is_followed_by_nothing():
    query = above(place("a_word = b_word\n█"))
    assert best(query, [frozenset({"a_word", "b_word"})]) == (0.0, 0)
    assert best((), [frozenset({"a_word"})] * 2) == (0.0, 0)


def test_the_index_is_searched_for_such_places_too(workspace):
    root = workspace({"pool.py": OTHER + REPEATED, "main.py": "x = 1\n"})
    index = Index(root)
    index.refresh()
    cursor = at("reader = open_reader(name)\nheader = reader.next_header()\n█")
    found = related(Place(cursor, "main.py", "python", index))
    assert [hit.chunk.path for hit in found] == ["pool.py"]
    assert "reader.skip_padding(header)" in found[0].chunk.text
    index.close()


def test_a_place_is_told_with_the_lines_of_its_file():
    there = place("reader = open_reader(name)\nheader = reader.next_header()\n█")
    (found,) = similar(there, [Passage("p.py", "python", REPEATED, 100)])
    assert (found.chunk.start_line, found.chunk.path) == (100, "p.py")


KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq9Zs8k3\n" * 30 + "-----END RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize("secret", ['key = "AKIAIOSFODNN7EXAMPLQ"\n', f'key = """{KEY}"""\n'])
@pytest.mark.parametrize("behind", [False, True])
def test_what_is_shown_of_the_own_file_is_masked(secret, behind):
    far = f"{OTHER}{secret}{REPEATED}{OTHER}"
    text = f"{REPEATED}█\n{OTHER}{OTHER}{far}" if behind else f"{far}{OTHER}{OTHER}{REPEATED}█"
    found = in_own_file(place(text))
    assert found
    shown = "".join(one.text for one in found)
    assert "AKIAIOSFODNN7EXAMPLQ" not in shown
    assert "MIIEpAIBAAKCAQEA" not in shown
    assert "*" * 15 in shown
    lines = text.replace("█", "").split("\n")
    for one in found:
        for number, line in enumerate(one.text.split("\n"), one.first):
            assert len(line) == len(lines[number - 1])


def test_a_long_key_block_is_masked_from_its_beginning():
    lines = ["-----BEGIN PGP PRIVATE KEY BLOCK-----", *(f"lQOYBF{n:03}" + "aB3dE6gH9jK2mN5p" * 3 for n in range(140))]
    block = "\n".join([*lines, "-----END PGP PRIVATE KEY BLOCK-----", *(f"x{n} = {n}" for n in range(20))])
    passage = Passage("a.txt", "text", "\n".join(block.split("\n")[131:150]), 132)
    assert "aB3dE6gH9jK2mN5p" not in _masked(passage, block).text
