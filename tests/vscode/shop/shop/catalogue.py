"""What the shop sells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """A product as it stands in the catalogue; money is in cents."""

    code: str
    name: str
    price: int
    weight: int = 0


class Catalogue:
    """Products by their code."""

    def __init__(self, products):
        self._products = {product.code: product for product in products}

    def find(self, code):
        """The product with this code. Raises KeyError."""
        return self._products[code]

    def search(self, words):
        """Products whose name contains every word, by name."""
        wanted = [word.lower() for word in words.split()]
        found = [p for p in self._products.values() if all(word in p.name.lower() for word in wanted)]
        return sorted(found, key=lambda product: product.name)
