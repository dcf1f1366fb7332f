"""What a signature gives of its parameters: name, type and default, as each language writes them."""

import pytest
from inglenook_server.chat.known.parameters import Parameters, parameters

from tests.cost import faults


@pytest.mark.parametrize(
    ("language", "head", "expected"),
    [
        ("python", "def run(self, a, b: int = 3, *args, c='x,y', **rest) -> None", "a|b:int=3|*args|c='x,y'|**rest"),
        ("python", "def run(a, /, b, *, c: dict[str, int] = {'k': (1, 2)})", "a|b|c:dict[str, int]={'k': (1, 2)}"),
        ("python", "def run(cls) -> int", ""),
        ("python", "def run[T](x: Callable[[int], T] = lambda y: y)", "x:Callable[[int], T]=lambda y: y"),
        ("typescript", "run<T extends A>(a?: Map<string, T>, cb: (x: number) => void = noop)",
         "a?:Map<string, T>|cb:(x: number) => void=noop"),
        ("typescript", "function run({ a, b }: Props, ...rest: string[])", "{ a, b }:Props|...rest:string[]"),
        ("javascript", "function run(a, b = [1, 2])", "a|b=[1, 2]"),
        ("rust", "pub fn run(&mut self, map: HashMap<u8, Vec<u8>>, f: impl Fn(u8) -> u8)",
         "map:HashMap<u8, Vec<u8>>|f:impl Fn(u8) -> u8"),
        ("go", "func (p *Pool) run(a, b int, f func(int, int) error, rest ...string) error",
         "a:int|b:int|f:func(int, int) error|rest:...string"),
        ("go", "func run(int, string)", "int|string"),
        ("java", "public void run(final Map<String, Integer> m, int... n) throws E", "m:Map<String, Integer>|n:int..."),
        ("c", "int run(const char *name, struct pool **p, int n[4])", "name:const char *|p:struct pool **|n[4]:int"),
        ("c", "int run(void)", ""),
        ("c", "void run(void (*cb)(int))", "void (*cb)(int)"),
        ("cpp", "int run(std::vector<std::pair<int, int>> v, int n = f(1, 2))",
         "v:std::vector<std::pair<int, int>>|n:int=f(1, 2)"),
        ("csharp", "void run(string a, int b = 2)", "a:string|b:int=2"),
        ("php", "function run(?string $a, array $b = [1, 2])", "$a:?string|$b:array=[1, 2]"),
        ("kotlin", "class run(val a: Int, private val b: String = \"x\")", "a:Int|b:String=\"x\""),
        ("swift", "func run(for name: String, _ n: Int = 1)", "name:String|n:Int=1"),
    ],
)  # fmt: skip
def test_the_parameters_of_a_signature(language, head, expected):
    found = parameters(head, "run", language)
    assert "|".join(_written(one) for one in found.listed) == expected


def _written(one):
    return one.name + (f":{one.type}" if one.type else "") + (f"={one.default}" if one.default else "")


def test_the_object_itself_is_no_parameter():
    assert parameters("def run(self)", "run", "python") == Parameters((), bound=True)
    assert parameters("fn run(&'a self)", "run", "rust").bound
    assert not parameters("def run(selfish)", "run", "python").bound


@pytest.mark.parametrize("head", ["", "run", "def other(a)", "def run(a, b", "const run = x"])
def test_what_has_no_list_of_parameters_has_none(head):
    assert parameters(head, "run", "python") is None


@pytest.mark.parametrize("language", ["python", "typescript", "go", "java", "c"])
def test_a_long_list_costs_no_more_a_parameter(language):
    units = ("a, ", "a: b = c, ", "(", "a<b, ", "int x = ")
    assert faults(lambda text: parameters(f"f({text})", "f", language), *units) == []
