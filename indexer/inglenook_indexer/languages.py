"""Which language a file is in, and what tree-sitter needs to cut it. Knows nothing of files on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `grammar` is empty where chunks are cut by lines; `definitions` is a tree-sitter query."""

    name: str
    extensions: tuple[str, ...]
    comment: str = ""
    """What starts a line comment; empty where there is none."""
    grammar: str = ""
    """The module that carries the grammar, and after a colon its function where that is not `language`."""
    definitions: str = ""
    """Captures `@def` (the whole definition) and `@name`."""
    names: tuple[str, ...] = ()
    """File names that say the language without an extension."""
    interpreters: tuple[str, ...] = ()
    """Programs in a `#!` line that mean it."""


def _query(*patterns: str) -> str:
    """Join `node` or `node:field` items into a query that captures each node and its name field."""
    lines = []
    for pattern in patterns:
        node, _, field = pattern.partition(":")
        lines.append(f"({node} {field or 'name'}: (_) @name) @def")
    return "\n".join(lines)


_JAVASCRIPT = """
(function_declaration name: (_) @name) @def
(generator_function_declaration name: (_) @name) @def
(class_declaration name: (_) @name) @def
(method_definition name: (_) @name) @def
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression) (class)]) @def
(assignment_expression
  left: (member_expression property: (_) @name) right: [(arrow_function) (function_expression)]) @def
"""

_TYPESCRIPT = """
(function_declaration name: (_) @name) @def
(generator_function_declaration name: (_) @name) @def
(class_declaration name: (_) @name) @def
(abstract_class_declaration name: (_) @name) @def
(method_definition name: (_) @name) @def
(method_signature name: (_) @name) @def
(interface_declaration name: (_) @name) @def
(type_alias_declaration name: (_) @name) @def
(enum_declaration name: (_) @name) @def
(internal_module name: (_) @name) @def
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression) (class)]) @def
"""

_C = """
(function_definition declarator: (function_declarator declarator: (_) @name)) @def
(function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))) @def
(struct_specifier name: (_) @name body: (_)) @def
(union_specifier name: (_) @name body: (_)) @def
(enum_specifier name: (_) @name body: (_)) @def
(type_definition declarator: (type_identifier) @name) @def
(preproc_def name: (_) @name) @def
(preproc_function_def name: (_) @name) @def
"""

_CPP = (
    _C
    + """
(function_definition declarator: (reference_declarator (function_declarator declarator: (_) @name))) @def
(class_specifier name: (_) @name body: (_)) @def
(namespace_definition name: (_) @name) @def
(concept_definition name: (_) @name) @def
(alias_declaration name: (_) @name) @def
"""
)

_RUBY = """
(class name: (_) @name) @def
(module name: (_) @name) @def
(method name: (_) @name) @def
(singleton_method name: (_) @name) @def
"""

_RUST = (
    _query(
        "function_item", "function_signature_item", "struct_item", "enum_item", "union_item", "trait_item", "mod_item",
        "macro_definition", "type_item", "const_item", "static_item", "impl_item:type",
    )
)  # fmt: skip

_GO = """
(function_declaration name: (_) @name) @def
(method_declaration name: (_) @name) @def
(type_declaration (type_spec name: (_) @name)) @def
(const_spec name: (_) @name) @def
"""

_JAVA = _query(
    "class_declaration", "interface_declaration", "enum_declaration", "record_declaration",
    "annotation_type_declaration", "method_declaration", "constructor_declaration",
)  # fmt: skip

_C_SHARP = _query(
    "class_declaration", "interface_declaration", "struct_declaration", "enum_declaration", "record_declaration",
    "namespace_declaration", "method_declaration", "constructor_declaration", "property_declaration",
    "delegate_declaration",
)  # fmt: skip

_PHP = _query(
    "class_declaration", "interface_declaration", "trait_declaration", "enum_declaration", "method_declaration",
    "function_definition",
)  # fmt: skip

_MARKDOWN = """
(section (atx_heading heading_content: (_) @name)) @def
(section (setext_heading heading_content: (_) @name)) @def
"""

_ALL = (
    Language(
        "python", (".py", ".pyi", ".pyw"), "#", "tree_sitter_python",
        _query("function_definition", "class_definition"), ("SConstruct", "SConscript"), ("python", "python3"),
    ),
    Language("javascript", (".js", ".mjs", ".cjs", ".jsx"), "//", "tree_sitter_javascript", _JAVASCRIPT, (), ("node",)),
    Language(
        "typescript", (".ts", ".mts", ".cts"), "//", "tree_sitter_typescript:language_typescript", _TYPESCRIPT,
        (), ("deno", "bun", "ts-node"),
    ),
    Language("tsx", (".tsx",), "//", "tree_sitter_typescript:language_tsx", _TYPESCRIPT),
    Language("go", (".go",), "//", "tree_sitter_go", _GO),
    Language("rust", (".rs",), "//", "tree_sitter_rust", _RUST),
    Language("java", (".java",), "//", "tree_sitter_java", _JAVA),
    Language("c", (".c", ".h"), "//", "tree_sitter_c", _C),
    Language(
        "cpp", (".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tpp", ".cu", ".cuh"),
        "//", "tree_sitter_cpp", _CPP,
    ),
    Language("csharp", (".cs", ".csx"), "//", "tree_sitter_c_sharp", _C_SHARP),
    Language(
        "ruby", (".rb", ".rake", ".gemspec", ".ru"), "#", "tree_sitter_ruby", _RUBY,
        ("Rakefile", "Gemfile", "Guardfile", "Vagrantfile", "Podfile"), ("ruby",),
    ),
    Language("php", (".php", ".phtml", ".php5", ".inc"), "//", "tree_sitter_php:language_php", _PHP, (), ("php",)),
    Language(
        "bash", (".sh", ".bash", ".zsh", ".bats", ".ksh"), "#", "tree_sitter_bash", _query("function_definition"),
        (".bashrc", ".bash_profile", ".profile", ".zshrc"), ("sh", "bash", "zsh", "dash", "ksh", "bats"),
    ),
    Language("markdown", (".md", ".markdown", ".mdx"), "", "tree_sitter_markdown", _MARKDOWN),
    Language("kotlin", (".kt", ".kts"), "//"),
    Language("swift", (".swift",), "//"),
    Language("scala", (".scala", ".sc"), "//"),
    Language("dart", (".dart",), "//"),
    Language("zig", (".zig",), "//"),
    Language("elixir", (".ex", ".exs"), "#", interpreters=("elixir",)),
    Language("erlang", (".erl", ".hrl"), "%"),
    Language("haskell", (".hs",), "--"),
    Language("lua", (".lua",), "--", interpreters=("lua", "luajit")),
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


def load_grammar(language: Language) -> Grammar:
    """The tree-sitter grammar of a language whose `grammar` is not empty. Raises ImportError where it is missing."""
    from importlib import import_module

    from tree_sitter import Language as Grammar

    module, _, function = language.grammar.partition(":")
    return Grammar(getattr(import_module(module), function or "language")())
