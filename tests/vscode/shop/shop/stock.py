"""How many of each product lie on the shelves."""


class OutOfStock(Exception):
    """There are fewer on the shelf than were asked for."""


class Stock:
    """Counts by product code."""

    def __init__(self, counts):
        self._counts = dict(counts)

    def available(self, code):
        """How many can still be sold."""
        return self._counts.get(code, 0)

    def reserve(self, code, count):
        """Take some from the shelf. Raises OutOfStock and changes nothing when there are too few."""
        if self.available(code) < count:
            raise OutOfStock(f"only {self.available(code)} of {code} left")
        self._counts[code] -= count
