"""A small repository in a strong house style: real, runnable Python that no model has seen, the same at every run."""

from __future__ import annotations

THINGS = ("order", "invoice", "shipment", "customer", "ledger", "coupon", "parcel", "refund", "basket", "voucher")
ACTIONS = ("load", "store", "archive", "verify", "rename")

FUNCTION = '''
@audited("{thing}.{action}")
def {action}_{thing}(gateway: Gateway, {thing}_id: {Thing}Id) -> Outcome[{Thing}]:
    """{Action} one {thing}; the outcome tells what went wrong."""
    with gateway.session(reason="{action} {thing}") as session:
        {thing} = session.fetch_or_fail({Thing}, {thing}_id)
        {thing}.touch(clock=gateway.clock, actor=gateway.actor)
        return Outcome.success({thing}, note=f"{action} {thing} {{{thing}_id}}")
'''


def module(thing: str) -> str:
    """One module of the repository."""
    name = thing.capitalize()
    imports = (
        "from house.audit import audited",
        "from house.gateway import Gateway",
        "from house.outcome import Outcome",
        f"from house.models import {name}, {name}Id",
    )
    head = "\n".join(imports) + "\n\n"
    return head + "\n".join(
        FUNCTION.format(thing=thing, Thing=name, action=action, Action=action.capitalize()) for action in ACTIONS
    )


def repository() -> dict[str, str]:
    """Path -> text."""
    return {f"house/{thing}s.py": module(thing) for thing in THINGS}
