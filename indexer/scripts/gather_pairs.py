"""Take (what a comment says, the code it says it of) pairs out of package archives: what the vectors are trained on.

    python indexer/scripts/gather_pairs.py ARCHIVES... --output pairs.jsonl.xz

An archive is a wheel, an npm tarball, a Debian package or an upstream source tarball; folders are searched for them.
Only packages whose own metadata names a permissive licence are read (for an upstream tarball, Debian's tarball beside
it). One line of the output is one definition: `query` (the first paragraph of its comment, as plain text), `code`
(the definition without that comment, cut at 1,200 characters), `path`, `symbol`, `language`, `package`. Each query is
kept once, so that boilerplate does not teach that it means everything.
"""

# ruff: noqa: T201, SIM115, E501
from __future__ import annotations

import argparse
import glob
import io
import json
import lzma
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from tree_sitter import Language, Parser, Query, QueryCursor

_MAX_FILE = 300_000  # bytes
_MAX_CODE = 1200  # characters: what the encoder reads of a chunk, and some more
_MAX_PACKAGE = 900  # pairs of one package: variety beats volume
_PERMISSIVE = re.compile(
    r"\b(mit|expat|bsd|apache|isc|zlib|boost|bsl-1|unlicense|cc0|public.domain|psf|python.software|0bsd|blueoak|ncsa|wtfpl)",
    re.IGNORECASE,
)
_TEXTS = (
    (b"GNU ", "GPL"),
    (b"Mozilla Public", "MPL"),
    (b"Apache License", "Apache-2.0"),
    (b"Permission is hereby granted, free of charge", "MIT"),
    (b"Redistribution and use in source and binary forms", "BSD"),
)
"""What a licence's own text is known by."""
_COPYLEFT = re.compile(r"\b(a?gpl|lgpl|mpl|epl|cddl|eupl|osl|gnu|cc-by-nc|sspl|busl)", re.IGNORECASE)
_SKIP_PATH = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|spec|vendor|third_party|node_modules|examples?|docs?|generated|dist|min)/"
    r"|\.min\.|_pb2|\.pb\.|\.d\.ts$|(?:^|/)test_|_test\.\w+$",
    re.IGNORECASE,
)

_GRAMMARS: dict[str, tuple[str, str]] = {
    ".py": ("tree_sitter_python", "(function_definition) @d (class_definition) @d"),
    ".js": (
        "tree_sitter_javascript",
        "(function_declaration) @d (class_declaration) @d (method_definition) @d (lexical_declaration) @d"
        " (export_statement) @d (comment) @c",
    ),
    ".ts": (
        "tree_sitter_typescript:language_typescript",
        "(function_declaration) @d (class_declaration) @d (method_definition) @d (lexical_declaration) @d"
        " (interface_declaration) @d (export_statement) @d (comment) @c",
    ),
    ".go": ("tree_sitter_go", "(function_declaration) @d (method_declaration) @d (type_declaration) @d (comment) @c"),
    ".rs": (
        "tree_sitter_rust",
        "(function_item) @d (struct_item) @d (enum_item) @d (trait_item) @d (macro_definition) @d"
        " (line_comment) @c (block_comment) @c (attribute_item) @a",
    ),
    ".java": (
        "tree_sitter_java",
        "(class_declaration) @d (interface_declaration) @d (method_declaration) @d (enum_declaration) @d"
        " (line_comment) @c (block_comment) @c",
    ),
    ".c": ("tree_sitter_c", "(function_definition) @d (type_definition) @d (struct_specifier) @d (comment) @c"),
    ".cpp": (
        "tree_sitter_cpp",
        "(function_definition) @d (class_specifier) @d (struct_specifier) @d (template_declaration) @d (comment) @c",
    ),
    ".cs": (
        "tree_sitter_c_sharp",
        "(class_declaration) @d (interface_declaration) @d (method_declaration) @d (property_declaration) @d"
        " (struct_declaration) @d (comment) @c",
    ),
    ".rb": ("tree_sitter_ruby", "(method) @d (class) @d (module) @d (singleton_method) @d (comment) @c"),
    ".php": (
        "tree_sitter_php:language_php",
        "(function_definition) @d (class_declaration) @d (method_declaration) @d (interface_declaration) @d"
        " (trait_declaration) @d (comment) @c",
    ),
    ".sh": ("tree_sitter_bash", "(function_definition) @d (comment) @c"),
    ".lua": ("tree_sitter_lua", "(function_declaration) @d (variable_declaration) @d (comment) @c"),
    ".kt": (
        "tree_sitter_kotlin",
        "(class_declaration) @d (function_declaration) @d (object_declaration) @d (property_declaration) @d"
        " (line_comment) @c (block_comment) @c",
    ),
    ".swift": (
        "tree_sitter_swift",
        "(class_declaration) @d (function_declaration) @d (protocol_declaration) @d (property_declaration) @d"
        " (comment) @c (multiline_comment) @c",
    ),
    ".scala": (
        "tree_sitter_scala",
        "(class_definition) @d (trait_definition) @d (object_definition) @d (function_definition) @d"
        " (comment) @c (block_comment) @c",
    ),
}
_SAME = {
    ".h": ".c", ".cc": ".cpp", ".cxx": ".cpp", ".hpp": ".cpp", ".hh": ".cpp", ".mjs": ".js", ".cjs": ".js", ".tsx": ".ts",
    ".bash": ".sh", ".kts": ".kt",
}  # fmt: skip


@cache
def _grammar(extension: str) -> tuple[Parser, Query]:
    module, _, function = _GRAMMARS[extension][0].partition(":")
    language = Language(getattr(import_module(module), function or "language")())
    return Parser(language), Query(language, _GRAMMARS[extension][1])


# Comments as sentences

_MARKUP = (
    (re.compile(r"\{@(?:link|code|linkplain|value)\s+([^}]*)\}"), r"\1"),
    (re.compile(r":\w+(?::\w+)?:`~?([^`<]*)[^`]*`"), r"\1"),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[`?([^\]`]*)`?\](?:\[[^\]]*\])?"), r"\1"),
    (re.compile(r"</?\w[^>]*>"), " "),
    (re.compile(r"``?([^`]*)``?"), r"\1"),
    (re.compile(r"[*_]{2}([^*_]+)[*_]{2}"), r"\1"),
)
_LEAD = re.compile(r"^[ \t]*(?:///?!?|//!|/\*+!?|\*+/?|#+|--+\[*|;+|\"\"\"|''')[ \t]?|\*+/[ \t]*$|\]\]\s*$")
_TAG = re.compile(
    r"^\s*(?:[@\\](?:param|return|throws|see|since|author|deprecated|arg|tparam|internal|type)|:param|Args:|Parameters|Returns|Example|----|====|```|>>>)"
)
_BRIEF = re.compile(r"^\s*[@\\](?:brief|short|summary|description|desc|name|fn|class|function|module)\b\s*")
_NOISE = re.compile(
    r"copyright|licen[cs]e|all rights reserved|do not edit|auto-?generated|todo|fixme|eslint|noqa|pylint|istanbul|"
    r"inheritdoc|spdx|https?://|^\W*(?:see|note)\b|@ts-|prettier",
    re.IGNORECASE,
)


def sentence(comment: str) -> str:
    """The first paragraph of a comment as plain text; empty where it says nothing about the code."""
    lines: list[str] = []
    for raw in comment.splitlines():
        line = _BRIEF.sub("", _LEAD.sub("", raw)).strip()
        if _TAG.match(line) or (lines and not line):
            break
        if line:
            lines.append(line)
        if sum(map(len, lines)) > 300:
            break
    text = " ".join(lines)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    text = re.sub(r"\s+", " ", text).strip(" -*=#/")
    cut = re.match(r"(.{25,240}?[.!?])(?:\s|$)", text)
    text = (cut[1] if cut else text[:240]).strip()
    words = re.findall(r"[A-Za-z]{2,}", text)
    letters = sum(character.isalpha() or character == " " for character in text)
    if len(words) < 3 or letters < 0.8 * len(text) or not text.isascii() or _NOISE.search(text):
        return ""
    return text


# Files

_NAME = re.compile(rb"[A-Za-z_$][\w$]*")


def pairs_of(path: str, source: bytes) -> Iterator[dict[str, str]]:
    """Definitions of one file whose comment says something."""
    suffix = PurePosixPath(path).suffix
    extension = _SAME.get(suffix, suffix)
    parser, query = _grammar(extension)
    tree = parser.parse(source)
    found = QueryCursor(query).captures(tree.root_node)
    definitions = sorted(found.get("d", []), key=lambda node: (node.start_byte, -node.end_byte))
    comments = {node.end_point[0]: node for node in found.get("c", [])}
    for node in found.get("c", []):
        if node.end_point[1] == 0 and node.end_point[0] > node.start_point[0]:  # a grammar that counts the line break
            comments[node.end_point[0] - 1] = node
    attributes = {node.end_point[0]: node.start_point[0] for node in found.get("a", [])}
    seen: set[int] = set()
    for node in definitions:
        row = node.start_point[0]
        if row in seen or node.end_byte - node.start_byte < 60:
            continue
        seen.add(row)
        if extension == ".py":
            comment, code = _docstring(node, source)
        else:
            comment, code = _above(row, comments, attributes, source), source[node.start_byte : node.end_byte]
        text = sentence(comment.decode("utf-8", "replace")) if comment else ""
        if not text or len(code) < 50:
            continue
        body = code.decode("utf-8", "replace")[:_MAX_CODE]
        name = node.child_by_field_name("name")
        symbol = source[name.start_byte : name.end_byte].decode("utf-8", "replace")[:80] if name else ""
        yield {"query": text, "code": body, "path": path, "symbol": symbol, "language": extension[1:]}


def _docstring(node: Any, source: bytes) -> tuple[bytes, bytes]:
    """A Python definition's docstring, and the definition without it."""
    body = node.child_by_field_name("body")
    first = body.named_children[0] if body is not None and body.named_children else None
    if first is None or first.type != "expression_statement" or not first.named_children:
        return b"", b""
    string = first.named_children[0]
    if string.type != "string":
        return b"", b""
    text = source[string.start_byte : string.end_byte].lstrip(b"rRuUfF").strip(b"\"'")
    return text, source[node.start_byte : first.start_byte].rstrip() + b"\n" + source[
        first.end_byte : node.end_byte
    ].lstrip(b"\r\n")


def _above(row: int, comments: dict[int, Any], attributes: dict[int, int], source: bytes) -> bytes:
    """The comment lines that end right above `row`, attributes passed over."""
    line = row - 1
    while line in attributes:
        line = attributes[line] - 1
    nodes: list[Any] = []
    while (node := comments.get(line)) is not None and len(nodes) < 40:
        nodes.append(node)
        line = node.start_point[0] - 1
        if source[node.start_byte : node.start_byte + 2] == b"/*":
            break
    return b"\n".join(source[node.start_byte : node.end_byte] for node in reversed(nodes))


# Archives


def files_of(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Every regular file of an archive, by name; metadata files first where the format allows."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                if not info.is_dir() and info.file_size <= _MAX_FILE:
                    yield info.filename, opened.read(info)
        return
    if archive.suffix == ".deb":
        packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], capture_output=True, check=True).stdout
        opened = tarfile.open(fileobj=io.BytesIO(packed))
    else:
        opened = tarfile.open(archive)
    with opened:
        for member in opened:
            if member.isfile() and member.size <= _MAX_FILE:
                held = opened.extractfile(member)
                if held is not None:
                    yield member.name.removeprefix("./"), held.read()


def licence_of(archive: Path, name: str, data: bytes) -> str:
    """What a metadata file of an archive says about its licence; empty where `name` is no such file."""
    base = PurePosixPath(name).name
    if base == "METADATA" and ".dist-info/" in name:
        lines = re.findall(
            rb"^(?:License(?:-Expression)?|Classifier: License ::.*?): ?(.*)$|^Classifier: License :: (.*)$", data, re.M
        )
        return " ".join((a or b).decode("utf-8", "replace")[:80] for a, b in lines)
    if base == "package.json" and name.count("/") == 1:
        found = re.search(rb'"license"\s*:\s*(?:\{[^}]*"type"\s*:\s*)?"([^"]*)"', data)
        return found[1].decode() if found else ""
    if base == "copyright" and archive.suffix == ".deb":
        found = re.search(rb"^Files: \*\s[\s\S]*?^License: *(.*)$", data, re.M) or re.search(
            rb"^License: *(.*)$", data, re.M
        )
        return found[1].decode("utf-8", "replace") if found else ""
    if re.fullmatch(r"[^/]*/(?:LICEN[CS]E|COPYING)(?:\.\w+)?", name, re.IGNORECASE):
        return next((kind for sign, kind in _TEXTS if sign in data), "")
    return ""


def _licence_beside(archive: Path) -> str:
    """What Debian's own tarball of an upstream source says; empty for other archives."""
    name, found, _ = archive.name.partition(".orig.tar")
    for debian in sorted(archive.parent.glob(f"{glob.escape(name)}*.debian.tar.*")) if found else ():
        with tarfile.open(debian) as opened:
            held = opened.extractfile("debian/copyright")
            data = held.read() if held else b""
        match = re.search(rb"^Files: \*\s[\s\S]*?^License: *(.*)$", data, re.MULTILINE)
        return match[1].decode("utf-8", "replace") if match else ""
    return ""


def package_pairs(archive: Path) -> tuple[str, list[dict[str, str]]]:
    """(verdict, pairs) of one archive."""
    licence, kept = "", []
    try:
        licence = _licence_beside(archive)
        for name, data in files_of(archive):
            licence = licence or licence_of(archive, name, data)
            suffix = PurePosixPath(name).suffix
            inner = (
                name.split("/", 1)[1]
                if suffix and "/" in name and archive.suffix in (".tgz", ".gz", ".xz", ".bz2")
                else name
            )
            if _SAME.get(suffix, suffix) not in _GRAMMARS or _SKIP_PATH.search(inner) or b"\0" in data[:2000]:
                continue
            if len(data) / (data.count(b"\n") + 1) > 120:
                continue
            if len(kept) < 4 * _MAX_PACKAGE:
                kept += pairs_of(
                    re.sub(r"^usr/(?:share|lib|include)/(?:gocode/src/|cargo/registry/)?", "", inner), data
                )
    except (
        OSError,
        KeyError,
        tarfile.TarError,
        zipfile.BadZipFile,
        subprocess.CalledProcessError,
        ValueError,
        EOFError,
    ) as error:
        return f"unreadable: {error}", []
    if not _PERMISSIVE.search(licence) or _COPYLEFT.search(licence):
        return f"licence: {licence or 'unknown'}", []
    step = max(1, len(kept) // _MAX_PACKAGE)
    return licence, [{**pair, "package": archive.name} for pair in kept[::step][:_MAX_PACKAGE]]


def main() -> None:
    """Read all archives on every core, write pairs, print what was taken and what was not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--list", type=Path, help="write the packages used, one a line")
    arguments = parser.parse_args()
    kinds = (".whl", ".tgz", ".deb", ".gz", ".xz", ".bz2")
    archives = [
        file for place in arguments.archives for file in ([place] if place.is_file() else sorted(place.rglob("*")))
    ]
    archives = [file for file in archives if file.suffix in kinds and ".debian.tar" not in file.name]
    queries: set[str] = set()
    counts: dict[str, int] = {}
    refused: dict[str, int] = {}
    used: list[str] = []
    with ProcessPoolExecutor() as pool, lzma.open(arguments.output, "wt", preset=1, encoding="utf-8") as out:
        for archive, (verdict, pairs) in zip(archives, pool.map(package_pairs, archives, chunksize=4), strict=True):
            if not pairs:
                refused[verdict[:40]] = refused.get(verdict[:40], 0) + 1
                continue
            used.append(f"{archive.name}\t{verdict[:60]}")
            for pair in pairs:
                key = pair["query"].lower()
                if key not in queries:
                    queries.add(key)
                    counts[pair["language"]] = counts.get(pair["language"], 0) + 1
                    out.write(json.dumps(pair) + "\n")
    if arguments.list:
        arguments.list.write_text("\n".join(sorted(used)) + "\n", "utf-8")
    print(f"{len(used)} packages, {sum(counts.values())} pairs: {counts}", file=sys.stderr)
    print("not used:", sorted(refused.items(), key=lambda item: -item[1])[:25], file=sys.stderr)


if __name__ == "__main__":
    main()
