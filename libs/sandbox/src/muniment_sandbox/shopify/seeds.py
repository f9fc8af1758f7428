"""Ready-made shops to start from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from muniment_sandbox.shopify.history import History, live_through
from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.state.clock import SetClock, ShopClock, SystemShopClock
from muniment_sandbox.shopify.state.founding import DEMO_DOMAIN, found_shop
from muniment_sandbox.shopify.state.shop import Shop

SEEDS = ("demo", "empty", "history")

_DEMO_SEED, _DEMO_ORDERS = 42, 30


def seeded_shop(
    name: str = "demo",
    *,
    clock: ShopClock | None = None,
    domain: str = DEMO_DOMAIN,
    history: History | None = None,
) -> Shop:
    """Return a new shop. ``demo`` has the orders of the day before, ``empty`` none, ``history`` those of the
    years that ``history`` says; all have customers and goods.

    Raises ValueError for an unknown name.
    """
    if name not in SEEDS:
        raise ValueError(f"There is no seed {name!r}. Known: {', '.join(SEEDS)}.")
    clock = clock or SystemShopClock()
    if name == "empty":
        return found_shop(clock=clock, domain=domain)
    if name == "history":
        return _with_history(history or History(), clock, domain)
    return _with_a_morning(clock, domain)


def _with_history(history: History, clock: ShopClock, domain: str) -> Shop:
    now = clock.now()
    past = SetClock(history.begin(now))
    shop = found_shop(clock=past, domain=domain)
    shop.merchant.created_at = min(shop.merchant.created_at, past.now())
    live_through(shop, history, past, now)
    shop.clock = clock
    shop.catch_up()
    return shop


def _with_a_morning(clock: ShopClock, domain: str) -> Shop:
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
