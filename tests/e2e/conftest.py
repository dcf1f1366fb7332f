import pytest

SHOP = {
    "shop/cart.py": (
        '"""A shopping cart."""\n\n\nclass Cart:\n    """Lines of an order."""\n\n'
        "    def __init__(self):\n        self.lines = []\n\n"
        "    def add_line(self, article, quantity):\n"
        '        """Put an article into the cart."""\n'
        "        self.lines.append((article, quantity))\n\n"
        "    def total_price(self):\n"
        '        """Sum of all lines, in cents."""\n'
        "        return sum(article.price * quantity for article, quantity in self.lines)\n"
    ),
    "shop/postage.py": (
        "FREE_ABOVE = 5_000\n\n\ndef postage_for(cart):\n"
        '    """Postage in cents: nothing above fifty euros."""\n'
        "    return 0 if cart.total_price() > FREE_ABOVE else 490\n"
    ),
    "shop/numbers.py": "def first_ten():\n    return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n",
    "README.md": "# Shop\n\nSells things. The cart knows the total price.\n",
    ".env": "SHOP_TOKEN=abcdef0123456789abcdef\n",
    ".gitignore": "private/\n",
    "private/cart_copy.py": "def zanzibar():\n    return 'ignored'\n",
}


@pytest.fixture
def shop(workspace):
    return workspace(SHOP)
