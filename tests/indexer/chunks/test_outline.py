"""Outlines of texts without a grammar: what begins where, by name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook_indexer.chunks.outline import _HOMES, outline


def lines_of(text):
    return text.splitlines(keepends=True)


def tree(language, text):
    """Each named span as (path of names, first line, last line), 1-based."""
    lines = lines_of(text)
    starts, size = [], 0
    for line in lines:
        starts.append(size)
        size += len(line.encode())
    lined = {start: number + 1 for number, start in enumerate([*starts, size])}
    out = []

    def walk(span, above):
        for child in span.children:
            path = (*above, child.name) if child.name else above
            if child.name:
                out.append((" > ".join(path), lined[child.start_byte], lined[child.end_byte] - 1))
            walk(child, path)

    walk(outline(language, lines, starts, size), ())
    return out


CASES = {
    "yaml: keys nest, comments go with what they stand above": (
        "yaml",
        "# about\nname: ci\non:\n  push:\n\n# work\njobs:\n  build:\n    runs-on: x\n    steps:\n      - uses: a@v1\n",
        [
            ("name", 1, 2),
            ("on", 3, 5),
            ("on > push", 4, 5),
            ("jobs", 6, 11),
            ("jobs > build", 8, 11),
            ("jobs > build > runs-on", 9, 9),
            ("jobs > build > steps", 10, 11),
            ("jobs > build > steps > a@v1", 11, 11),
        ],
    ),
    "yaml: items by what they are called": (
        "yaml",
        "- hosts: web\n  tasks:\n  - name: one\n    x: 1\n  - debug: y\n- hosts: db\n",
        [
            ("web", 1, 5),
            ("web > tasks", 2, 5),
            ("web > tasks > one", 3, 4),
            ("web > tasks > one > x", 4, 4),
            ("web > tasks > [1]", 5, 5),
            ("db", 6, 6),
        ],
    ),
    "yaml: a block of text holds no keys": (
        "yaml",
        "run: |\n  a: b\n  # c\n  d: e\nnext: 1\n",
        [("run", 1, 4), ("next", 5, 5)],
    ),
    "yaml: documents by kind and name": (
        "yaml",
        "---\nkind: Service\nmetadata:\n  name: web\n---\nkind: Secret\nmetadata:\n  labels: {}\n  name: key\n",
        [
            ("Service/web", 1, 4),
            ("Service/web > kind", 2, 2),
            ("Service/web > metadata", 3, 4),
            ("Service/web > metadata > name", 4, 4),
            ("Secret/key", 5, 9),
            ("Secret/key > kind", 6, 6),
            ("Secret/key > metadata", 7, 9),
            ("Secret/key > metadata > labels", 8, 8),
            ("Secret/key > metadata > name", 9, 9),
        ],
    ),
    "yaml: urls and templates are no keys": ("yaml", "http://x\n{{- if a }}\nreal: 1\n{{- end }}\n", [("real", 3, 4)]),
    "toml: tables and keys": (
        "toml",
        'top = 1\n\n# the table\n[a.b]\nx = [\n  "[c]",\n]\n[[d]]\ny = """\n[e]\nz = 1\n"""\n',
        [("top", 1, 2), ("a.b", 3, 7), ("a.b > x", 5, 7), ("d", 8, 12), ("d > y", 9, 12)],
    ),
    "toml: a hash in a string is no comment": ("toml", 'a = "#["\nb = 2\n', [("a", 1, 1), ("b", 2, 2)]),
    "ini: sections": ("ini", "; x\n[one]\na = 1\n\n[two]\nb = [\n", [("one", 1, 4), ("two", 5, 6)]),
    "properties: keys": ("ini", "# c\na.b = 1\nc: 2\n", [("a.b", 1, 2), ("c", 3, 3)]),
    "dotenv: keys": (
        "dotenv",
        "# where\nDB_URL=\nexport KEY=x\n",
        [("DB_URL", 1, 2), ("KEY", 3, 3)],
    ),
    "json: keys down to three levels": (
        "json",
        '{\n  "a": {\n    "b": {\n      "c": {\n        "d": 1\n      }\n    }\n  },\n  "e": [1, 2]\n}\n',
        [("a", 2, 8), ("a > b", 3, 8), ("a > b > c", 4, 8), ("e", 9, 10)],
    ),
    "json: elements by number, comments and braces in strings": (
        "json",
        '// x {\n{\n  "a": [\n    {"b": "}"},\n    {"c": 1},\n  ],\n  "f": "{[",\n  "g": 1\n}\n',
        [("a", 3, 6), ("a > [0]", 4, 4), ("a > [1]", 5, 6), ("f", 7, 7), ("g", 8, 9)],
    ),
    "json: on one line": ("json", '{"a": {"b": 1}, "c": 2}\n', []),
    "sql: statements by object": (
        "sql",
        "-- the first\nCREATE TABLE IF NOT EXISTS shop.cart (\n  id int, note text DEFAULT ';'\n);\n"
        'INSERT INTO "cart" VALUES (1);\nALTER TABLE cart ADD x int;\n\nCREATE UNIQUE INDEX by_x ON cart (x);\n',
        [("shop.cart", 1, 4), ("cart", 5, 5), ("cart", 6, 7), ("by_x", 8, 8)],
    ),
    "sql: bodies in dollar quotes": (
        "sql",
        "CREATE OR REPLACE FUNCTION f() RETURNS int AS $$\nBEGIN\n  x := 1;\n  RETURN 1;\nEND;\n$$ LANGUAGE plpgsql;\n"
        "CREATE VIEW v AS SELECT 1;\n",
        [("f", 1, 6), ("v", 7, 7)],
    ),
    "sql: bodies between BEGIN and END": (
        "sql",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  UPDATE b SET c = CASE WHEN 1 THEN 2 END;\n  DELETE FROM d;\nEND;\n"
        "DROP TABLE e;\n",
        [("t", 1, 4), ("e", 5, 5)],
    ),
    "sql: an IF in a routine": (
        "sql",
        "CREATE PROCEDURE p()\nBEGIN\n  IF x THEN\n    SELECT 1;\n  END IF;\n  SELECT 2;\nEND;\n"
        "CREATE TABLE q (a int);\n",
        [("p", 1, 7), ("q", 8, 8)],
    ),
    "sql: GO and DELIMITER": (
        "sql",
        "CREATE PROC dbo.[my proc] AS\nBEGIN\nSELECT 1;\nEND\nGO\nDELIMITER //\n"
        "CREATE FUNCTION g() BEGIN RETURN 1; END //\n",
        [("dbo.myproc", 1, 5), ("g", 7, 7)],
    ),
    "make: targets and variables": (
        "make",
        "CC := gcc\nLONG = a \\\n  b: c\n.PHONY: all\n# the whole\nall: a b\n\tcc a:b\n\nout/%.o: %.c\n\tcc\n",
        [("CC", 1, 1), ("LONG", 2, 3), ("all", 5, 8), ("out/%.o", 9, 10)],
    ),
    "docker: stages": (
        "dockerfile",
        "ARG V=1\n# build\nFROM python:3 AS build\nRUN a && \\\n    FROM b\nFROM scratch\nCOPY --from=build a b\n",
        [("build", 2, 5), ("scratch", 6, 7)],
    ),
    "terraform: blocks": (
        "terraform",
        '# web\nresource "aws_instance" "web" {\n  tags = {\n    a = 1\n  }\n}\n\nvariable "x" {}\nlocals {\n}\n',
        [("resource.aws_instance.web", 1, 7), ("variable.x", 8, 8), ("locals", 9, 10)],
    ),
    "proto: messages": (
        "proto",
        'syntax = "proto3";\n\n// a cart\nmessage Cart {\n  enum Kind { A = 0; }\n}\nservice Shop {\n}\n',
        [("Cart", 3, 6), ("Shop", 7, 8)],
    ),
    "css: rules": (
        "css",
        "/* all */\n.a,\n.b > c {\n  x: y;\n}\n@media print {\n  p { }\n}\n",
        [(".a", 1, 2), (".b > c", 3, 5), ("@media print", 6, 8)],
    ),
    "rst: sections": (
        "rst",
        "=====\nTitle\n=====\n\nlead\n\n.. _one:\n\nOne\n---\n\na::\n\n   Not\n   ===\n\nDeep\n~~~~\n\nTwo\n---\n",
        [("Title", 1, 21), ("Title > One", 7, 19), ("Title > One > Deep", 17, 19), ("Title > Two", 20, 21)],
    ),
    "rst: a table is no title": (
        "rst",
        "T\n=\n\n====  ====\nA     B\n====  ====\n1     2\n====  ====\n",
        [("T", 1, 8)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_begins_where(name):
    language, text, wanted = CASES[name]
    assert tree(language, text) == wanted


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(st.sampled_from("ab:-=#'\"[]{};\n\n \t$|/*.~"), max_size=200), language=st.sampled_from(sorted(_HOMES))
)
def test_any_text_has_an_outline_whose_spans_nest(text, language):
    lines = lines_of(text)
    starts, size = [], 0
    for line in lines:
        starts.append(size)
        size += len(line)
    root = outline(language, lines, starts, size)
    pending = [root]
    while pending:
        span = pending.pop()
        at = span.start_byte
        for child in span.children:
            assert child.start_byte == at or child.start_byte in starts
            assert at <= child.start_byte <= child.end_byte <= span.end_byte
            at = child.end_byte
        pending += span.children


@pytest.mark.parametrize("language", sorted(_HOMES))
@pytest.mark.parametrize(
    "piece", ["a: ", "- ", "{", '"', "[a]\n", "'", "$$", "/*", "-- x\n", "a:\n", "x {\n", "==\n", "\\\n"]
)
def test_a_long_text_takes_no_time(language, piece):
    """Nothing in here may grow faster than linearly: half a megabyte is done before the test's limit is near."""
    import time

    def seconds(count):
        lines = lines_of(piece * count)
        starts = list(range(len(lines)))
        begin = time.process_time()
        outline(language, lines, starts, len(lines))
        return time.process_time() - begin

    assert seconds(100_000) < 8
