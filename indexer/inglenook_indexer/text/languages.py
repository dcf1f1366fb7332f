"""Which language a file is in, and what tree-sitter needs to cut it. Knows nothing of files on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `grammar` is empty where chunks are cut by lines; `definitions` is a query that is short."""

    name: str
    extensions: tuple[str, ...]
    comment: str = ""
    """What starts a line comment; empty where there is none."""
    grammar: str = ""
    """The module that carries the grammar, and after a colon its function where that is not `language`."""
    definitions: str = ""
    """A query as the files in `symbols/queries`; empty where such a file is there for the language."""
    names: tuple[str, ...] = ()
    """File names that say the language without an extension."""
    interpreters: tuple[str, ...] = ()
    """Programs in a `#!` line that mean it."""


_ALL = (
    Language(
        "python", (".py", ".pyi", ".pyw"), "#", "tree_sitter_python",
        names=("SConstruct", "SConscript"), interpreters=("python", "python3"),
    ),
    Language("javascript", (".js", ".mjs", ".cjs", ".jsx"), "//", "tree_sitter_javascript", interpreters=("node",)),
    Language(
        "typescript", (".ts", ".mts", ".cts"), "//", "tree_sitter_typescript:language_typescript",
        interpreters=("deno", "bun", "ts-node"),
    ),
    Language("tsx", (".tsx",), "//", "tree_sitter_typescript:language_tsx"),
    Language("go", (".go",), "//", "tree_sitter_go"),
    Language("rust", (".rs",), "//", "tree_sitter_rust"),
    Language("java", (".java",), "//", "tree_sitter_java"),
    Language("c", (".c", ".h"), "//", "tree_sitter_c"),
    Language(
        "cpp", (".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tpp", ".cu", ".cuh"),
        "//", "tree_sitter_cpp",
    ),
    Language("csharp", (".cs", ".csx"), "//", "tree_sitter_c_sharp"),
    Language(
        "ruby", (".rb", ".rake", ".gemspec", ".ru"), "#", "tree_sitter_ruby",
        names=("Rakefile", "Gemfile", "Guardfile", "Vagrantfile", "Podfile"), interpreters=("ruby",),
    ),
    Language(
        "php", (".php", ".phtml", ".php5", ".inc"), "//", "tree_sitter_php:language_php", interpreters=("php",),
    ),
    Language(
        "bash", (".sh", ".bash", ".zsh", ".bats", ".ksh"), "#", "tree_sitter_bash",
        names=(".bashrc", ".bash_profile", ".profile", ".zshrc"),
        interpreters=("sh", "bash", "zsh", "dash", "ksh", "bats"),
    ),
    Language("markdown", (".md", ".markdown", ".mdx"), "", "tree_sitter_markdown"),
    Language("kotlin", (".kt", ".kts"), "//", "tree_sitter_kotlin"),
    Language("swift", (".swift",), "//", "tree_sitter_swift"),
    Language("scala", (".scala", ".sc"), "//", "tree_sitter_scala"),
    Language("dart", (".dart",), "//"),
    Language("zig", (".zig",), "//"),
    Language("elixir", (".ex", ".exs"), "#", "tree_sitter_elixir", interpreters=("elixir",)),
    Language("erlang", (".erl", ".hrl"), "%"),
    Language("haskell", (".hs",), "--"),
    Language("lua", (".lua",), "--", "tree_sitter_lua", interpreters=("lua", "luajit")),
    Language("perl", (".pl", ".pm", ".t"), "#", interpreters=("perl",)),
    Language("r", (".r", ".R"), "#", interpreters=("Rscript",)),
    Language("julia", (".jl",), "#", interpreters=("julia",)),
    Language("sql", (".sql",), "--"),
    Language("vue", (".vue",)),
    Language("svelte", (".svelte",)),
    Language("html", (".html", ".htm", ".xhtml", ".jinja", ".jinja2", ".j2")),
    Language("css", (".css", ".scss", ".sass", ".less")),
    Language("xml", (".xml", ".xsd", ".xsl", ".svg")),
    Language("json", (".json", ".jsonc", ".json5")),
    Language("yaml", (".yml", ".yaml"), "#"),
    Language("toml", (".toml",), "#"),
    Language(
        "ini", (".ini", ".cfg", ".conf", ".properties", ".desktop", ".service"), "#",
        names=(".editorconfig", ".gitconfig", ".flake8", ".coveragerc", ".pylintrc", ".npmrc"),
    ),
    Language("dotenv", (), "#", names=(".env.example", ".env.sample", ".env.template", ".env.dist", "env.example")),
    Language("notebook", (".ipynb",)),
    Language("rst", (".rst",)),
    Language("proto", (".proto",), "//"),
    Language("terraform", (".tf", ".tfvars", ".hcl"), "#"),
    Language("nix", (".nix",), "#"),
    Language("cmake", (".cmake",), "#", names=("CMakeLists.txt",)),
    Language("make", (".mk",), "#", names=("Makefile", "makefile", "GNUmakefile")),
    Language("dockerfile", (".dockerfile",), "#", names=("Dockerfile", "Containerfile")),
    Language("text", (".txt", ".text")),
)  # fmt: skip

LANGUAGES = {language.name: language for language in _ALL}
_BY_EXTENSION = {extension: language.name for language in _ALL for extension in language.extensions}
_BY_NAME = {name: language.name for language in _ALL for name in language.names}
_BY_INTERPRETER = {name: language.name for language in _ALL for name in language.interpreters}


def language_of(path: str, first_line: str = "") -> str:
    """The language of a file by its name, else by its `#!` line, else "text". A key of `LANGUAGES`."""
    pure = PurePosixPath(path)
    found = _BY_NAME.get(pure.name) or _BY_EXTENSION.get(pure.suffix) or _BY_EXTENSION.get(pure.suffix.lower())
    if found:
        return found
    if first_line.startswith("#!"):
        for word in first_line[2:].split():
            program = word.rsplit("/", 1)[-1]
            name = _BY_INTERPRETER.get(program) or _BY_INTERPRETER.get(program.rstrip("0123456789."))
            if name:
                return name
    return "text"


def hash_comments(language: str) -> bool:
    """Whether `#` begins a comment. Elsewhere it begins a private name, or an order to a preprocessor."""
    known = LANGUAGES.get(language)
    return language == "php" or (known is not None and known.comment == "#")


def load_grammar(language: Language) -> Grammar:
    """The tree-sitter grammar of a language whose `grammar` is not empty. Raises ImportError where it is missing."""
    from importlib import import_module

    from tree_sitter import Language as Grammar

    module, _, function = language.grammar.partition(":")
    return Grammar(getattr(import_module(module), function or "language")())
