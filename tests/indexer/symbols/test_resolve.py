"""Imports of each language -> the file that is meant, among the files of a small workspace."""

import pytest
from inglenook_indexer.symbols.resolve import Files
from inglenook_indexer.symbols.statements import parse

PATHS = """
setup.py src/app/__init__.py src/app/views.py src/app/typing.py src/app/db/__init__.py src/app/db/models.py
tests/test_views.py
web/src/index.ts web/src/button.tsx web/src/lib/index.js web/src/lib/math.mjs web/src/data.json
go/queue/queue.go go/queue/job.go go/main.go
crate/src/lib.rs crate/src/queue/mod.rs crate/src/queue/job.rs crate/src/pool.rs crate/src/pool/worker.rs
tools-kit/src/lib.rs
java/com/acme/Queue.java java/com/acme/jobs/Job.java kt/com/acme/tools/Tools.kt
c/include/pool/job.h c/src/job.c c/src/job.h
rb/lib/acme/queue.rb rb/lib/acme/job.rb php/src/Queue/Job.php php/src/Client.php php/src/functions.php
lua/lazy/core/init.lua lua/lazy/view.lua ex/lib/acme/job_queue.ex ex/lib/acme/router.ex sh/lib.sh sh/run.sh
Sources/Tools/Hammer.swift cs/Acme.Core/Queue/Job.cs
""".split()
FILES = Files(PATHS)


@pytest.mark.parametrize(
    ("language", "importer", "module", "target"),
    [
        ("python", "src/app/views.py", ".db", "src/app/db/__init__.py"),
        ("python", "src/app/views.py", ".db.models", "src/app/db/models.py"),
        ("python", "src/app/db/models.py", "..views", "src/app/views.py"),
        ("python", "src/app/db/models.py", "..", "src/app/__init__.py"),
        ("python", "src/app/views.py", ".....nowhere", ""),
        ("python", "tests/test_views.py", "app.db.models", "src/app/db/models.py"),
        ("python", "tests/test_views.py", "app", "src/app/__init__.py"),
        ("python", "src/app/views.py", "typing", ""),
        ("python", "src/app/views.py", "db.models", ""),
        ("python", "src/app/views.py", "os.path", ""),
        ("typescript", "web/src/index.ts", "./button", "web/src/button.tsx"),
        ("typescript", "web/src/index.ts", "./lib", "web/src/lib/index.js"),
        ("typescript", "web/src/lib/math.mjs", "..", "web/src/index.ts"),
        ("typescript", "web/src/index.ts", "./button.js", "web/src/button.tsx"),
        ("typescript", "web/src/index.ts", "./data.json", "web/src/data.json"),
        ("javascript", "web/src/index.ts", "@/lib/math", "web/src/lib/math.mjs"),
        ("javascript", "web/src/index.ts", "react", ""),
        ("go", "go/main.go", "example.com/go/queue", "go/queue/"),
        ("go", "go/main.go", "fmt", ""),
        ("rust", "crate/src/lib.rs", "crate::queue::job", "crate/src/queue/job.rs"),
        ("rust", "crate/src/lib.rs", "crate::queue::Queue", "crate/src/queue/mod.rs"),
        ("rust", "crate/src/queue/job.rs", "super::Queue", "crate/src/queue/mod.rs"),
        ("rust", "crate/src/pool.rs", "self::worker", "crate/src/pool/worker.rs"),
        ("rust", "crate/src/pool/worker.rs", "super::Pool", "crate/src/pool.rs"),
        ("rust", "crate/src/pool.rs", "tools_kit::Hammer", "tools-kit/src/lib.rs"),
        ("rust", "crate/src/pool.rs", "std::io", ""),
        ("java", "java/com/acme/Main.java", "com.acme.Queue", "java/com/acme/Queue.java"),
        ("java", "java/com/acme/Main.java", "com.acme.jobs.Job.State", "java/com/acme/jobs/Job.java"),
        ("java", "java/com/acme/Main.java", "java.util.List", ""),
        ("kotlin", "kt/com/acme/Main.kt", "com.acme.tools.hammer", "kt/com/acme/tools/"),
        ("c", "c/src/job.c", "job.h", "c/src/job.h"),
        ("c", "c/src/job.c", "pool/job.h", "c/include/pool/job.h"),
        ("c", "c/src/job.c", "stdio.h", ""),
        ("ruby", "rb/lib/acme/queue.rb", "./job", "rb/lib/acme/job.rb"),
        ("ruby", "rb/lib/acme/queue.rb", "acme/job", "rb/lib/acme/job.rb"),
        ("php", "php/src/Client.php", "Acme\\Queue\\Job", "php/src/Queue/Job.php"),
        ("php", "php/src/Queue/Job.php", "Acme\\Client", "php/src/Client.php"),
        ("php", "php/src/Client.php", "functions.php", "php/src/functions.php"),
        ("lua", "lua/lazy/view.lua", "lazy.core", "lua/lazy/core/init.lua"),
        ("lua", "lua/lazy/core/init.lua", "lazy.view", "lua/lazy/view.lua"),
        ("elixir", "ex/lib/acme/router.ex", "Acme.JobQueue", "ex/lib/acme/job_queue.ex"),
        ("elixir", "ex/lib/acme/router.ex", "GenServer", ""),
        ("bash", "sh/run.sh", "./lib.sh", "sh/lib.sh"),
        ("swift", "Sources/Main/main.swift", "Tools", "Sources/Tools/"),
        ("csharp", "cs/Acme.Core/Main.cs", "Acme.Core.Queue.Job", "cs/Acme.Core/Queue/Job.cs"),
        ("text", "a.txt", "anything", ""),
    ],
)
def test_target(language, importer, module, target):
    assert FILES.target(language, module, importer) == target


@pytest.mark.parametrize(
    ("language", "target", "name", "member"),
    [
        ("python", "src/app/__init__.py", "views", "src/app/views.py"),
        ("python", "src/app/__init__.py", "db", "src/app/db/__init__.py"),
        ("python", "src/app/views.py", "views", ""),
        ("rust", "crate/src/queue/mod.rs", "job", "crate/src/queue/job.rs"),
        ("go", "go/queue/", "job", ""),
    ],
)
def test_member(language, target, name, member):
    assert FILES.member(language, target, name) == member


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("python", "from a import (b,\n  c as d,  # why\n)", [("a", ("b", "c as d"))]),
        ("python", "from . import x", [(".", ("x",))]),
        ("python", "from m import *", [("m", ("*",))]),
        ("python", "import a.b, c", [("a.b", ()), ("c", ())]),
        ("python", "from import", []),
        ("typescript", "import type X, { type Y } from 'z'", [("z", ("Y", "default as X"))]),
        ("javascript", "import 'side-effect'", [("side-effect", ())]),
        ("javascript", "require(name)", []),
        ("rust", "use a::{b::{c, d as e}, f};", [("a", ("f",)), ("a::b", ("c", "d as e"))]),
        ("rust", "use a::{", []),
        ("go", '. "a/b"', [("a/b", ())]),
        ("java", "import a.b.C;", [("a.b.C", ("C",))]),
        ("java", "import ;", []),
        ("ruby", "load('a.rb')", [("a.rb", ())]),
        ("elixir", "alias A.B", [("A.B", ("B",))]),
        ("elixir", "use :nothing", []),
        ("cobol", "COPY X.", []),
    ],
)
def test_statements(language, text, found):
    assert parse(language, text) == found
