"""Who pays less, and how much less."""

LOYAL_AFTER_ORDERS = 10
LOYAL_DISCOUNT = 0.05
BULK_FROM_ITEMS = 20
BULK_DISCOUNT = 0.08


def is_loyal(customer):
    """Whether a customer has ordered often enough to be called loyal."""
    return customer.orders >= LOYAL_AFTER_ORDERS


def discount_for(customer, items):
    """The discount of an order, between 0 and 1: the better one of loyalty and bulk."""
    loyal = LOYAL_DISCOUNT if is_loyal(customer) else 0.0
    bulk = BULK_DISCOUNT if len(items) >= BULK_FROM_ITEMS else 0.0
    return max(loyal, bulk)
