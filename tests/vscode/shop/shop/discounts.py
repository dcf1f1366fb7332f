"""Who pays less, and how much less."""

from dataclasses import dataclass
from datetime import date

LOYAL_AFTER_ORDERS = 10
LOYAL_DISCOUNT = 0.05
BULK_FROM_ITEMS = 20
BULK_DISCOUNT = 0.08


@dataclass(frozen=True)
class Campaign:
    """A stretch of days in which some products cost less."""

    name: str
    first_day: date
    last_day: date
    codes: frozenset[str]
    rate: float

    def runs_on(self, day):
        """Whether the campaign runs on a day; both ends belong to it."""
        return self.first_day <= day <= self.last_day

    def covers(self, product):
        """Whether a product is part of the campaign."""
        return product.code in self.codes


class Calendar:
    """All campaigns of a year."""

    def __init__(self, campaigns):
        self._campaigns = sorted(campaigns, key=lambda campaign: campaign.first_day)

    def running(self, day):
        """The campaigns of a day, the one that began first in front."""
        return [campaign for campaign in self._campaigns if campaign.runs_on(day)]

    def rate_for(self, product, day):
        """The best rate that any running campaign gives on a product, 0 if there is none."""
        rates = [campaign.rate for campaign in self.running(day) if campaign.covers(product)]
        return max(rates, default=0.0)

    def next_after(self, day):
        """The campaign that begins next, or None at the end of the year."""
        coming = [campaign for campaign in self._campaigns if campaign.first_day > day]
        return coming[0] if coming else None


def is_loyal(customer):
    """Whether a customer has ordered often enough to be called loyal."""
    return customer.orders >= LOYAL_AFTER_ORDERS


def is_bulk(items):
    """Whether an order is large enough for the bulk discount."""
    return sum(item.count for item in items) >= BULK_FROM_ITEMS


def discount_for(customer, items):
    """The discount of an order, between 0 and 1: the better one of loyalty and bulk."""
    loyal = LOYAL_DISCOUNT if is_loyal(customer) else 0.0
    bulk = BULK_DISCOUNT if is_bulk(items) else 0.0
    return max(loyal, bulk)
