"""``muniment reconcile`` says what is missing, publishes it, and says in one sentence that nothing is."""

from __future__ import annotations

import orjson

from tests.integration.reconcile.desk import Desk, muniment

WINDOW = ("--from", "2020-01-01", "--patience", "0")


async def test_what_is_missing_is_said_then_published_then_nothing_is_missing(desk: Desk) -> None:
    code, printed = await muniment(desk, "reconcile", *WINDOW, "--dry-run")
    assert code == 1
    assert "Would publish" in printed
    assert "order.created" in printed
    assert "and nothing was published" in printed
    assert await desk.events() == []

    code, printed = await muniment(desk, "reconcile", *WINDOW, "--json")
    told = orjson.loads(printed)
    assert code == 0
    assert told["missing"] == sum(len(shop["findings"]) for shop in told["shops"]) > 0
    assert await desk.recorded() == await desk.in_the_shop()
    assert await desk.published_twice() == []

    code, printed = await muniment(desk, "reconcile", *WINDOW, "--dry-run")
    assert code == 0
    assert printed.startswith("Nothing is missing: ")
