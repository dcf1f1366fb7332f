import pytest
from inglenook_indexer.symbols import facts
from inglenook_indexer.symbols.docs import comment_above, first_sentence
from inglenook_indexer.symbols.import_keys import import_keys


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a", "a"),
        ("a.b.C", "C"),
        ("a::b::C", "C"),
        ("A\\B\\C", "C"),
        ("a/b.h", "b"),
        ("job.h", "job"),
        ("./x", "x"),
        ("./x.js", "x"),
        ("../../models", "models"),
        ("example.com/go/queue", "queue"),
        ("..models", "models"),
        (".", "."),
        ("..", "."),
        ("./", "."),
        ("a as b", "a"),
    ],
)
def test_last_part(name, part):
    assert facts.last_part(name) == part


def test_a_round_trip():
    packed = facts.pack(
        "a.py",
        "python",
        [("run", "method", 3, 9, "Pool", "Runs."), ("X", "constant", 2, 2, "Pool", "")],
        [(4, "call", "queue.put"), (5, "type", "Job"), (6, "call", "PUT")],
        [(1, "x.y", ("z as w",))],
        "Pool",
    )
    run, _ = facts.symbols(packed.text, "a.py", "python")
    assert (run.name, run.kind, run.line, run.end_line, run.parent, run.doc) == ("run", "method", 3, 9, "Pool", "Runs.")
    assert packed.kinds == ("constant", "method")
    found = facts.references(packed.text, "a.py", "python", "put")
    assert [(one.name, one.line, one.qualifier, one.container) for one in found] == [
        ("put", 4, "queue", "Pool > run"),
        ("PUT", 6, "", "Pool > run"),
    ]
    (imported,) = facts.references(packed.text, "a.py", "python", "z", ["import"])
    assert (imported.relation, imported.qualifier, imported.line) == ("import", "x.y", 1)
    assert facts.imports(packed.text, "a.py")[0].names == ("z as w",)
    wanted = {
        facts.defined("RUN"), facts.defined("x"), facts.mentioned("call", "put"), facts.mentioned("type", "job"),
        facts.mentioned("import", "y"), facts.mentioned("import", "z"), facts.within("a.py"), facts.importing("a.py"),
        facts.defined("pool.run"), facts.defined("Pool.X"), facts.located("x/y"), facts.located("y/z"),
    }  # fmt: skip
    assert set(packed.keys) == wanted


def test_nothing_packs_to_nothing():
    assert facts.pack("a.py", "python", [], [], [], "Pool") == facts.EMPTY
    assert facts.symbols("", "a", "python") == []
    assert facts.references("", "a", "python", "x") == []
    assert facts.imports("", "a") == []


def test_a_chunk_keeps_only_so_much():
    many = range(10_000)
    packed = facts.pack(
        "a",
        "python",
        [(f"d{n}", "function", n, n, "", "") for n in many],
        [(n, "call", f"c{n}") for n in many],
        [(n, f"m{n}", ()) for n in many],
        "",
    )
    assert len(facts.symbols(packed.text, "a", "python")) == facts.MAX_DEFINITIONS
    assert len(facts.imports(packed.text, "a")) == facts.MAX_IMPORTS
    assert len(packed.keys) <= facts.MAX_DEFINITIONS + facts.MAX_REFERENCES + 2 * facts.MAX_IMPORTS + 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('"""One. Two."""', "One."),
        ('r"""\n    Over\n    lines, e.g.so. And more.\n    """', "Over lines, e.g.so."),
        ("// Says it", "Says it"),
        ("/// <summary>Says it.</summary>", "Says it."),
        ("/**\n * Says {@code it}.\n * @param x no\n */", "Says it."),
        ("/**\n * @param x no\n */", ""),
        ("# ------\n# Says it\n# ------", "Says it"),
        ("--- Says it!", "Says it!"),
        ("'''\n'''", ""),
        ("", ""),
        ("x" * 1000, "x" * 199 + "…"),
        ("Either `<host>` or `<host>:<port>` as bytes.", "Either `<host>` or `<host>:<port>` as bytes."),
        ("// A Map<K, V> of <name> to value.", "A Map<K, V> of <name> to value."),
        ('/// <summary>Like <see cref="T:Pool.Item"/>, <b>but</b> empty.</summary>', "Like Pool.Item, but empty."),
    ],
)
def test_first_sentence(text, sentence):
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["// One. Two.", "def"], "One."),
        (["// far", "", "def"], ""),
        (["# Runs.", "@cached", "def"], "Runs."),
        (["/* Runs.", "   more */", "#[test]", "def"], "Runs."),
        (["int x; /* open", "def"], ""),
        (["x = 1  # no", "def"], ""),
        (["#[attribute]", "def"], ""),
    ],
)
def test_comment_above(lines, sentence):
    source = "\n".join(lines).encode()
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    assert comment_above(source, starts, len(lines) - 1) == sentence


@pytest.mark.parametrize("line", ["#include <a.h>", "#hidden = 1;", "# Runs."])
def test_a_hash_begins_no_comment_everywhere(line):
    source = f"{line}\ndef".encode()
    assert comment_above(source, [0, len(line) + 1, len(source)], 1, hashes=False) == ""


def test_damage_is_seen():
    packed = facts.pack("a", "python", [("f", "function", 1, 2, "", "")], [], [], "")
    assert facts.sound(packed.text)
    assert facts.sound("")
    assert not facts.sound(packed.text.replace("function", "funktion"))
    assert not facts.sound(packed.text[:-1])


@pytest.mark.parametrize(
    ("language", "importer", "module", "names", "marks"),
    [
        ("python", "a/b/c.py", "..x", ("y as z",), ["/a/x", "/a/x/y"]),
        ("python", "a/b/c.py", ".", ("y",), ["/a/b", "/a/b/y"]),
        ("python", "c.py", ".....", (), ["/"]),
        ("python", "a/b/c.py", "x.y.z", ("w",), ["y/z", "z/w"]),
        ("python", "a/b/c.py", "x", (), ["x"]),
        ("typescript", "a/b/c.ts", "../x.js", (), ["/a/x.js", "/a/x"]),
        ("typescript", "c.ts", "./", (), ["/"]),
        ("typescript", "a/b/c.ts", "@/x/y/z", (), ["y/z"]),
        ("go", "a/b.go", "x/y", (), []),
    ],
)
def test_landmarks(language, importer, module, names, marks):
    assert import_keys(language, importer, module, names) == marks
