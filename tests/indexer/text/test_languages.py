import pytest
from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.text.languages import LANGUAGES, language_of, load_grammar

SAMPLES = {
    "python": ("class Pool:\n    def run(self):\n        pass\n", {"Pool", "run"}),
    "javascript": ("class Pool { run() {} }\nconst go = () => 1;\nfunction stop() {}\n", {"Pool", "run", "go", "stop"}),
    "typescript": ("interface Shape { area(): number }\nexport const go = (): void => {};\n", {"Shape", "area", "go"}),
    "tsx": ("export function App() { return <div/>; }\n", {"App"}),
    "go": (
        "package a\ntype Pool struct{}\nfunc (p *Pool) Run() {}\nfunc New() *Pool { return nil }\n",
        {"Pool", "Run", "New"},
    ),
    "rust": ("struct Pool;\nimpl Pool { fn run(&self) {} }\nmacro_rules! go { () => {} }\n", {"Pool", "run", "go"}),
    "java": ("class Pool { Pool() {} void run() {} }\n", {"Pool", "run"}),
    "c": ("#define MAX 1\nstruct pool { int a; };\nint *run(void) { return 0; }\n", {"MAX", "pool", "run"}),
    "cpp": ("namespace n { class Pool { void run() {} }; }\n", {"n", "Pool", "run"}),
    "csharp": ("namespace N { class Pool { void Run() {} int Size { get; } } }\n", {"N", "Pool", "Run", "Size"}),
    "ruby": (
        "module M\n  class Pool\n    def run; end\n    def self.go; end\n  end\nend\n",
        {"M", "Pool", "run", "go"},
    ),
    "php": ("<?php\nclass Pool { function run() {} }\nfunction go() {}\n", {"Pool", "run", "go"}),
    "bash": ("run() { echo 1; }\nfunction go { echo 2; }\n", {"run", "go"}),
    "kotlin": ("class Pool { fun run() {} }\nobject One\nfun go() = 1\n", {"Pool", "run", "One", "go"}),
    "swift": ("class Pool { func run() {} }\nprotocol P {}\nfunc go() {}\n", {"Pool", "run", "P", "go"}),
    "scala": ("class Pool { def run = 1 }\nobject One\ntrait T\n", {"Pool", "run", "One", "T"}),
    "lua": ("local M = {}\nfunction M.run() end\nlocal go = function() end\n", {"run", "go"}),
    "elixir": ("defmodule My.Pool do\n  def run(x), do: x\n  defp go, do: 1\nend\n", {"Pool", "run", "go"}),
    "markdown": ("# Title\n\ntext\n\n## Part two\n\nmore\n", {"Title", "Part two"}),
}


def test_every_grammar_has_a_sample():
    assert {name for name, language in LANGUAGES.items() if language.grammar} == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_grammars_find_definitions(name):
    assert load_grammar(LANGUAGES[name])
    text, names = SAMPLES[name]
    (chunk,) = Chunker().chunk("x", name, text)
    assert set(chunk.defines) == names


@pytest.mark.parametrize(
    ("path", "first_line", "language"),
    [
        ("a/b.py", "", "python"),
        ("X.PY", "", "python"),
        ("a.tsx", "", "tsx"),
        ("Makefile", "", "make"),
        ("run", "#!/usr/bin/env python3.11", "python"),
        ("run", "#!/bin/sh -e", "bash"),
        ("run", "#!/usr/bin/perl", "perl"),
        ("run", "", "text"),
        ("a.unknown", "", "text"),
        ("Gemfile", "", "ruby"),
        ("a.h", "", "c"),
        (".bashrc", "", "bash"),
    ],
)
def test_language_of(path, first_line, language):
    assert language_of(path, first_line) == language
