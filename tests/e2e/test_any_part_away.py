"""Any part may be away for any time: when it is back, nothing is missing, and one sentence says so.

Judged by the shop's API and the topics alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from muniment_ops.broker import EmbeddedBroker
from tests.e2e.shop_floor import ShopFloor, shop_floor
from tests.integration.reconcile.desk import muniment, until_nothing_is_missing

pytestmark = pytest.mark.timeout(300)

SEED = 19
WINDOW = ("--from", "2020-01-01", "--patience", "1")


@pytest_asyncio.fixture
async def floor(killable_kafka: EmbeddedBroker, tmp_path: Path) -> AsyncIterator[ShopFloor]:
    """A shop at work and every role of shopify-ingest."""
    async with shop_floor(killable_kafka, tmp_path, seed=SEED) as floor:
        yield floor


async def test_after_every_part_was_away_in_turn_nothing_is_missing(floor: ShopFloor) -> None:
    await floor.goes_on()
    await the_receiver_is_away_until_its_subscriptions_are_gone(floor)
    await those_who_record_and_reconcile_are_away(floor)
    await the_broker_is_away(floor)
    await the_broker_is_away_and_there_is_no_journal(floor)
    await the_api_of_the_shop_fails(floor)
    await floor.goes_on()

    await floor.until_the_same()
    printed = await until_nothing_is_missing(floor.desk, *WINDOW)
    assert printed.startswith("Nothing is missing: ")
    assert printed.count("\n") == 1, printed

    await a_hole_that_nobody_mends_is_seen_and_mended_by_hand(floor)


async def the_receiver_is_away_until_its_subscriptions_are_gone(floor: ShopFloor) -> None:
    await floor.without("receive")
    await floor.goes_on()
    assert floor.removed > 0, "after eight failures in a row"
    await floor.back("receive")
    await floor.until_subscribed()


async def those_who_record_and_reconcile_are_away(floor: ShopFloor) -> None:
    await floor.without("record")
    await floor.goes_on()
    await floor.without("reconcile")
    floor.desk.shop.faults.lose = 0.3
    await floor.goes_on()
    floor.desk.shop.faults.lose = 0.0
    await floor.back("record")
    await floor.back("reconcile")


async def the_broker_is_away(floor: ShopFloor) -> None:
    refused = floor.refused
    await floor.broker.kill()
    await floor.goes_on()
    assert floor.refused == refused, "the journal took every hook"
    await floor.broker.restart()


async def the_broker_is_away_and_there_is_no_journal(floor: ShopFloor) -> None:
    await floor.until_recorded()  # the journal is empty
    await floor.receives_without_journal()
    refused = floor.refused
    await floor.broker.kill()
    await floor.goes_on()
    assert floor.refused > refused, "the shop gave up on hooks that Kafka did not have"
    await floor.broker.restart()
    await floor.until_subscribed()


async def the_api_of_the_shop_fails(floor: ShopFloor) -> None:
    floor.desk.shop.faults.api_error = 1.0
    await floor.goes_on()
    floor.desk.shop.faults.api_error = 0.0


async def a_hole_that_nobody_mends_is_seen_and_mended_by_hand(floor: ShopFloor) -> None:
    for role in ("receive", "reconcile"):
        await floor.without(role)
    await floor.goes_on()

    code, printed = await muniment(floor.desk, "reconcile", *WINDOW, "--dry-run")
    assert code == 1, printed
    assert "Would publish" in printed
    assert printed.splitlines()[-1].partition(":")[0].endswith("missing and nothing was published")

    code, printed = await muniment(floor.desk, "reconcile", *WINDOW, "--json")
    assert code == 0, printed
    assert orjson.loads(printed)["missing"] > 0

    code, printed = await muniment(floor.desk, "reconcile", *WINDOW, "--dry-run")
    assert code == 0, printed
    assert printed.startswith("Nothing is missing: ")
    differences = await floor.differences()
    assert not differences, "\n".join(differences)
