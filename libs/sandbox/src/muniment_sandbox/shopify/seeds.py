"""Ready-made shops to start from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.state.clock import SetClock, ShopClock, SystemShopClock
from muniment_sandbox.shopify.state.founding import DEMO_DOMAIN, found_shop
from muniment_sandbox.shopify.state.shop import Shop

SEEDS = ("demo", "empty")

_DEMO_SEED, _DEMO_ORDERS = 42, 30


def seeded_shop(name: str = "demo", *, clock: ShopClock | None = None, domain: str = DEMO_DOMAIN) -> Shop:
    """Return a new shop. ``demo`` has the orders of the day before, ``empty`` none; both have customers and
    goods.

    Raises ValueError for an unknown name.
    """
    if name not in SEEDS:
        raise ValueError(f"There is no seed {name!r}. Known: {', '.join(SEEDS)}.")
    clock = clock or SystemShopClock()
    if name == "empty":
        return found_shop(clock=clock, domain=domain)
    opening = (clock.now() - timedelta(days=1)).replace(hour=8, minute=0, second=0)
    past = SetClock(min(opening, clock.now()))
    shop = found_shop(clock=past, domain=domain)
    for step in Morning(_DEMO_SEED, _DEMO_ORDERS).steps():
        past.set(opening + timedelta(seconds=step.at_s))
        shop.catch_up()
        step.act(shop)
    shop.clock = clock
    shop.catch_up()
    return shop


def first_morning() -> datetime:
    """Return the moment at which reproducible mornings begin."""
    return datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
