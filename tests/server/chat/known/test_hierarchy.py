"""What types inherit from where the index has no name for it: the head says it, and what is not known is not denied."""

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.known.answer import known_answer
from inglenook_server.chat.questions.forms import Question

FILES = {
    "a.py": (
        "from collections import namedtuple\n\n\n"
        'class Auth(namedtuple("Auth", ["login"])):\n    pass\n\n\n'
        "class Box(t.Generic[T], Auth, *MORE, metaclass=Meta):\n    pass\n\n\nclass Bare:\n    pass\n"
    ),
    "pool.rs": (
        "/// Runs.\n#[derive(Debug,\n    Clone)]\n#[allow(dead_code)]\npub struct Pool<T> {\n    x: T,\n}\n\n"
        "pub trait Run: Send + Into<String> + 'static {}\n\npub struct Lone;\n"
    ),
    "other.rs": "impl<T> std::fmt::Display for Pool<T> {}\n\nimpl Run for Lone {}\n",
    "twice/a.rs": "pub struct Twin;\n\nimpl Run for Twin {}\n",
    "twice/b.rs": "pub struct Twin;\n\nimpl Send for Twin {}\n",
    "mixed.ts": "export class Mixed extends mixin(B, C) implements D<string> {}\n",
    "Rec.java": "class Rec extends pkg.Base<String> implements S {}\n",
    "Cs.cs": "public record Cs(int X) : Base(X), ns.IE<int>, IC { }\n",
    "cpp.cpp": "class Cpp final : public ns::B<int>, private C { int x; };\n",
    "Kt.kt": "class Kt<T>(val x: Int) : B<T>(x), C, D by x\n",
    "Sw.swift": "class Sw<T>: B, Swift.C<T> where T: D { }\n",
    "Sc.scala": "class Sc(x: Int) extends B[Int](x) with pkg.C with D { }\n",
    "php.php": "<?php\nclass Php extends \\Ns\\B implements C { use T; }\n",
    "rb.rb": "class Rb < Struct.new(:a, :b)\n  include B\nend\n",
    "go.go": "package a\n\ntype Go struct {\n\t*Base\n\tx int\n}\n\ntype Alone struct {\n\tx int\n}\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("types")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="")
    made = Index(root)
    made.refresh()
    yield made
    made.close()


def bases(index, subject, path=""):
    return known_answer(Question("bases", subject, path=path), index).text


@pytest.mark.parametrize(
    ("subject", "count", "said"),
    [
        ("Auth", 1, ['By its head: `namedtuple("Auth", ["login"])`']),
        ("Box", 2, ["`Auth`, defined at", "By its head: `t.Generic[T]`", "also says `*MORE`, `metaclass=Meta`."]),
        ("Pool", 3, ["`Debug`", "`Clone`", "`fmt.Display`"]),
        ("Run", 2, ["`Send`", "By its head: `Into<String>`", "also says `'static`."]),
        ("Lone", 1, ["`Run`"]),
        ("Mixed", 2, ["`D`", "By its head: `mixin(B, C)`"]),
        ("Rec", 2, ["`S`", "By its head: `pkg.Base<String>`"]),
        ("Cs", 3, ["`IC`", "By its head: `Base(X)`", "By its head: `ns.IE<int>`"]),
        ("Cpp", 2, ["`C`", "By its head: `ns::B<int>`"]),
        ("Kt", 3, ["`C`", "`D`", "By its head: `B<T>(x)`"]),
        ("Sw", 2, ["`B`", "By its head: `Swift.C<T>`"]),
        ("Sc", 3, ["`B`", "`D`", "By its head: `pkg.C`"]),
        ("Php", 3, ["`Ns.B`", "`C`", "`T`"]),
        ("Rb", 2, ["`B`", "By its head: `Struct.new(:a, :b)`"]),
        ("Go", 1, ["`Base`", "In Go, this is what a type embeds."]),
    ],
)
def test_a_base_that_the_index_has_no_name_for_is_told_by_the_head(index, subject, count, said):
    text = bases(index, subject)
    assert f"inherits from {count} type{'' if count == 1 else 's'}:" in text
    assert [one for one in said if one not in text] == []


def test_nothing_is_denied_that_is_only_not_known(index):
    assert (
        bases(index, "Bare")
        == "The index knows of nothing that `Bare`, at `a.py:12-13`, inherits from.\n\n`class Bare`"
    )
    assert "In Go, this is what a type embeds." in bases(index, "Alone")


def test_of_two_types_of_a_name_each_has_what_its_own_file_implements(index):
    assert "`Run`" in bases(index, "Twin", "twice/a.rs")
    assert "`Send`" not in bases(index, "Twin", "twice/a.rs")
    assert "inherits from 1 type:" in bases(index, "Twin")


@pytest.mark.parametrize("form", ["callers", "uses", "impact"])
def test_a_function_without_a_call_may_be_passed_on(workspace, form):
    index = Index(workspace({"a.py": "def passed(x):\n    return x\n\n\nall_of_it = list(map(passed, [1]))\n"}))
    index.refresh()
    text = known_answer(Question(form, "passed"), index).text
    assert "not where it is passed on as a value, as a callback is." in text
    index.close()
