"""Which lines go when a definition, the last line of each text, is documented anew."""

import pytest
from inglenook_server.chat.edits.doc_comments import documented_from

DOCUMENTED = [
    # (language, the text, which of its lines are documentation)
    ("go", "x\n// F is.\n// It does.\nfunc F() {", [2, 3]),
    ("go", "x\n// F is.\n//go:noinline\nfunc F() {", [2]),
    ("go", "x\n// F is.\n//nolint:errcheck // old\nfunc F() {", [2]),
    ("go", "// F reads global state in a region, by licence.\nfunc F() {", []),
    ("go", "x\n// F reads global state in a region, by licence.\nfunc F() {", [2]),
    ("javascript", "x\n/** Old. */\nfunction f() {", [2]),
    ("javascript", "x\n/**\n * Old.\n */\nfunction f() {", [2, 3, 4]),
    ("javascript", "x\n/** Old. */\n// @ts-ignore\nfunction f() {", [2]),
    ("javascript", "x\n/** Old. */\n/* eslint-disable-next-line no-x */\nfunction f() {", [2]),
    ("java", "x\n/** Old. */\n@Override\nint f() {", [2]),
    ("rust", "x\n/// Old.\n#[inline]\nfn f() {", [2]),
    ("csharp", "x\n/// Old.\n[Fact]\nint f() {", [2]),
    ("cpp", "x\n// Old.\n[[nodiscard]]\nint f() {", [2]),
    ("ruby", "x\n# Old.\n# Older.\ndef f", [2, 3]),
    ("bash", "#!/bin/sh\n# Old.\nf() {", [2]),
    ("sql", "x\n-- Old.\nCREATE VIEW f", [2]),
    ("lua", "x\n--- Old.\nfunction f()", [2]),
]
KEPT = [
    ("go", "x\n//go:build linux\nfunc F() {"),
    ("javascript", "/* eslint-disable */\nfunction f() {"),
    ("javascript", "/** eslint-disable no-x */\nfunction f() {"),
    ("javascript", "x\n/* a plain comment */\nfunction f() {"),
    ("typescript", "// @ts-check\nfunction f() {"),
    ("typescript", "// @ts-ignore\nfunction f() {"),
    ("c", "// SPDX-License-Identifier: MIT\nint f() {"),
    ("c", "// Copyright 2020 Someone\n// All rights reserved.\nint f() {"),
    ("java", "\n/**\n * Licensed to someone.\n */\nclass F {"),
    ("php", "<?php\n/** (c) Someone */\nfunction f() {"),
    ("bash", "#!/bin/sh\n# Licence: MIT\nf() {"),
    ("ruby", "# frozen_string_literal: true\ndef f"),
    ("ruby", "@size = 1\ndef f"),
    ("perl", "# noqa\nsub f {"),
    ("r", "# pragma: x\nf <- function() {"),
    ("swift", "x\n// MARK: - Tools\nfunc f() {"),
    # no comments of this language, or of none that begins
    ("c", "  *p = 1;\nint f() {"),
    ("c", "--x;\nint f() {"),
    ("c", "#include <x.h>\nint f() {"),
    ("c", "#pragma once\nint f() {"),
    ("c", "int x; /* y */\nint f() {"),
    ("c", "int x; /** y\n */\nint f() {"),
    ("c", "*/\nint f() {"),
    ("c", " * x\n */\nint f() {"),
    ("c", "/** a */ int x; /* b */\nint f() {"),
    ("c", "/**\n */ int x; /* b\n */\nint f() {"),
    ("sql", "# x\nCREATE VIEW f"),
    ("ruby", "// x\ndef f"),
    ("bash", "#!/bin/sh\nf() {"),
    ("rust", "//! The crate.\nfn f() {"),
    ("lua", "--[[ a\n--]]\nfunction f()"),
    ("css", "/* x */\n.f {"),
    ("unknown", "# x\nf"),
    ("go", "func F() {"),
]


@pytest.mark.parametrize(("language", "text", "documentation"), [*DOCUMENTED, *((*one, []) for one in KEPT)])
def test_documentation_above_a_definition(language, text, documentation):
    lines = text.split("\n")
    first, behind = documented_from(lines, len(lines), language)
    assert list(range(first, behind)) == documentation
    assert behind <= len(lines)


@pytest.mark.parametrize(
    ("language", "text", "behind"),
    [
        ("go", "x\n//go:noinline\nfunc F() {", 2),
        ("typescript", "x\n// @ts-expect-error\n@dec\nclass F {", 2),
        ("c", "// SPDX-License-Identifier: MIT\nint f() {", 2),
        ("javascript", "/* eslint-disable */\nfunction f() {", 2),
        ("go", "// a\n\nfunc F() {", 3),
    ],
)
def test_it_belongs_above_what_speaks_of_the_next_line(language, text, behind):
    lines = text.split("\n")
    assert documented_from(lines, len(lines), language) == (behind, behind)
