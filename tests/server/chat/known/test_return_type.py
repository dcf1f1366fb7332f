"""The type that comes back, and what is declared to be thrown, by each language's way to write it."""

import pytest
from inglenook_server.chat.known.return_type import declared_raises, return_type

from tests.cost import faults

TYPES = [
    ("python", "def run(self, a: Callable[[], int]) -> dict[str, int]", "dict[str, int]"),
    ("python", "def run(self)", ""),
    ("typescript", "run<T>(x: () => void): Promise<T>", "Promise<T>"),
    ("typescript", "export const run = (x: number): number", "number"),
    ("javascript", "function run(a)", ""),
    ("go", "func (p *Pool) run(a int) (int, error)", "(int, error)"),
    ("go", "func run()", ""),
    ("rust", "pub fn run<T>(a: T) -> Result<T, E> where T: X", "Result<T, E>"),
    ("java", "public static <T> List<T> run(int a) throws E", "List<T>"),
    ("java", "public void run()", "void"),
    ("c", "static struct pool *run(int a)", "struct pool *"),
    ("cpp", "std::vector<int> Pool::run(int a) const", "std::vector<int>"),
    ("csharp", "public async Task<int> run()", "Task<int>"),
    ("kotlin", "fun run(x: Int): Int", "Int"),
    ("swift", "func run(_ x: Int) throws -> [String: Int]", "[String: Int]"),
    ("scala", "def run(x: Int)(implicit y: Y): Int", "Int"),
    ("php", "public function run(?int $a): ?string", "?string"),
    ("ruby", "def run(a)", ""),
    ("python", "run = 3", ""),
]


@pytest.mark.parametrize(("language", "head", "expected"), TYPES)
def test_return_type(language, head, expected):
    assert return_type(head, "run", language) == expected


@pytest.mark.parametrize(
    ("language", "head", "expected"),
    [
        ("java", "int run(int a) throws IOException, a.B", "IOException, a.B"),
        ("java", "int run(int a)", ""),
        ("swift", "func run() throws -> Int", "throws"),
        ("swift", "func run() throws(MyError) -> Int", "(MyError)"),
        ("python", "def throws(run)", ""),
    ],
)
def test_declared_raises(language, head, expected):
    assert declared_raises(head, "run", language) == expected


def test_cost_is_linear():
    for language in ("go", "scala", "java", "rust"):

        def work(text, language=language):
            return return_type(text, "run", language), declared_raises(text, "run", language)

        assert not faults(work, "run(", "run<", "throws ", "()")
