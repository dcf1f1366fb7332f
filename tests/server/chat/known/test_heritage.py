"""What heads of types say that they inherit from, in each language."""
# ruff: noqa: E501 (code that a table quotes)

import pytest
from inglenook_server.chat.known.heritage import bases_of

from tests.cost import faults


@pytest.mark.parametrize(
    ("language", "head", "bases", "names"),
    [
        ("python", 'class A(namedtuple("A", ["x", "y"]))', ['namedtuple("A", ["x", "y"])'], [""]),
        ("python", "class A(t.Generic[T], Base, metaclass=Meta)", ["t.Generic[T]", "Base"], ["Generic", "Base"]),
        ("python", "class A(Base[int], *MIXINS)", ["Base[int]"], ["Base"]),
        ("python", "class A[T: (int, str)](Base)", ["Base"], ["Base"]),
        ("python", "class A(Base[lambda: (1, 2)])", ["Base[lambda: (1, 2)]"], ["Base"]),
        ("python", "class A(mixed(B), C if x == 1 else D)", ["mixed(B)", "C if x == 1 else D"], ["", "C"]),
        ("python", "class A()", [], []),
        ("python", "class A", [], []),
        ("python", "class A(B", ["B"], ["B"]),
        ("typescript", "export class A<T extends X> extends mixin(B, C) implements D<string>, ns.E", ["mixin(B, C)", "D<string>", "ns.E"], ["", "D", "E"]),
        ("typescript", "interface F extends G, ns.H<() => void>", ["G", "ns.H<() => void>"], ["G", "H"]),
        ("typescript", "const K = class extends L {}", ["L"], ["L"]),
        ("typescript", "class M", [], []),
        ("javascript", "class A extends mixin(B)", ["mixin(B)"], [""]),
        ("java", "public class A<T extends X> extends pkg.B<T> implements C, d.E<F>", ["pkg.B<T>", "C", "d.E<F>"], ["B", "C", "E"]),
        ("java", "interface G extends H, I<J, K> permits L", ["H", "I<J, K>"], ["H", "I"]),
        ("java", "record R(int a) implements S", ["S"], ["S"]),
        ("csharp", "public class A<T> : Ns.B<T>, IC where T : D", ["Ns.B<T>", "IC"], ["B", "IC"]),
        ("csharp", "public record R(int X) : Base(X), IE", ["Base(X)", "IE"], ["Base", "IE"]),
        ("csharp", "enum E : byte", [], []),
        ("cpp", "class A final : public ns::B<int>, private virtual C, D", ["ns::B<int>", "C", "D"], ["B", "C", "D"]),
        ("cpp", "template <typename T> struct S : T, Base<T>::Inner", ["T", "Base<T>::Inner"], ["T", "Inner"]),
        ("cpp", "class ns::A", [], []),
        ("kotlin", "class A<T>(val x: Int) : B<T>(x), pkg.C, D by x where T : E", ["B<T>(x)", "pkg.C", "D by x"], ["B", "C", "D"]),
        ("kotlin", "class A(val x: Int)", [], []),
        ("swift", "class A<T>: B, Swift.C<T> where T: D", ["B", "Swift.C<T>"], ["B", "C"]),
        ("scala", "class A[T](x: Int) extends B[T](x) with pkg.C with D", ["B[T](x)", "pkg.C", "D"], ["B", "C", "D"]),
        ("scala", "object H extends I derives J", ["I"], ["I"]),
        ("php", "class A extends \\Ns\\B implements C, Ns\\D", ["\\Ns\\B", "C", "Ns\\D"], ["B", "C", "D"]),
        ("ruby", "class A < Struct.new(:a, :b)", ["Struct.new(:a, :b)"], [""]),
        ("ruby", "class E < F::G; end", ["F::G"], ["G"]),
        ("ruby", "class << self", [], []),
        ("rust", "pub trait Run: Send + fmt::Debug + Into<String> + 'static", ["Send", "fmt::Debug", "Into<String>"], ["Send", "Debug", "Into"]),
        ("rust", "pub struct Pool<T: Send>", [], []),
        ("go", "type A struct", [], []),
        ("lua", "A = {}", [], []),
    ],
)  # fmt: skip
def test_bases(language, head, bases, names):
    found, _ = bases_of(head, language)
    assert ([one.text for one in found], [one.name for one in found]) == (bases, names)


def test_keywords_are_no_bases():
    assert bases_of("class A(B, metaclass=M, total=x == 1)", "python")[1] == ["metaclass=M", "total=x == 1"]
    assert bases_of("class A(B[x == 1])", "python")[1] == []
    assert bases_of("class A(B, *MIXINS, **more)", "python")[1] == ["*MIXINS", "**more"]
    assert bases_of("trait A: B + 'static + ?Sized", "rust")[1] == ["'static", "?Sized"]


@pytest.mark.parametrize("language", ["python", "typescript", "java", "cpp", "scala", "ruby", "rust", "swift"])
def test_cost_is_linear(language):
    assert not faults(lambda text: bases_of(f"class A(B) extends {text}", language), "a, ", "<", "(", "b<c, ", ": ")
    assert not faults(lambda text: bases_of(f"class A({text}", language), "(", "x=1, ", "[", "'")
