"""Sums and lines of a receipt."""

from shop.discounts import discount_for

VAT = 0.19


def total_net(items):
    """Sum of the net prices, in cents."""
    return sum(item.net for item in items)


def total_tax(items):
    """Sum of the taxes, in cents."""
    return sum(item.tax for item in items)


def amount_due(customer, items):
    """What the customer pays, discount and tax included."""
    net = total_net(items) * (1 - discount_for(customer, items))
    return round(net * (1 + VAT))
