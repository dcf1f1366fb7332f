import pytest
from inglenook_indexer.symbols.qualified_names import belongs, inside, parts
from inglenook_indexer.types import Symbol


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("total", ["total"]), (" total() ", ["total"]), ("Cart.total", ["Cart", "total"]),
        ("shop::Cart->total", ["shop", "Cart", "total"]), ("Cart#total", ["Cart", "total"]),
        ("App\\Cart", ["App", "Cart"]), ("a > b", ["a", "b"]), ("", [""]), ("...", [""]),
    ],
)  # fmt: skip
def test_a_name_has_at_least_one_part(name, expected):
    assert parts(name) == expected


@pytest.mark.parametrize(
    ("before", "somewhere", "exactly"),
    [
        ([], True, True), (["Cart"], True, True), (["cart"], True, False), (["shop", "Cart"], True, False),
        (["Cart", "shop"], False, False), (["models", "Cart"], True, False), (["Till"], False, False),
    ],
)  # fmt: skip
def test_what_stands_before_says_where_a_symbol_is(before, somewhere, exactly):
    symbol = Symbol("total", "method", "shop/models.py", 3, 4, parent="Cart<T>", language="python")
    assert belongs(symbol, before) is somewhere
    assert belongs(symbol, before, exactly=True) is exactly


def test_files_that_are_called_so_or_lie_in_such_a_folder():
    keep = inside("Shop")
    paths = ("shop/cart.py", "a/shop.py", "shop/__init__.py", "shopping/cart.py", "cart.py")
    assert [path for path in paths if keep(path, "python")] == ["shop/cart.py", "a/shop.py", "shop/__init__.py"]
