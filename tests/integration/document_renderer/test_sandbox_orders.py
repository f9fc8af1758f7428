"""Orders of the Shopify sandbox, read by our client, become documents: every one, for every part it has."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from muniment_contracts.bodies import OrderChange
from muniment_contracts.events import Event
from muniment_kit.http import PeerSettings
from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.playing import Play
from muniment_sandbox.shopify.testing import running_shop
from muniment_shopify import (
    AdminClient,
    FixedToken,
    OrderSnapshot,
    ShopDomain,
    fetch_order,
    operation,
    shop_peer,
)
from tests.builders.events import order_change
from tests.unit.document_renderer.desk import rendered


@pytest.mark.timeout(180)
async def test_every_order_of_a_morning_gets_all_its_documents() -> None:
    snapshots = await _orders_of_a_morning(orders=40)
    kinds: dict[str, int] = {}
    faults: list[str] = []
    for event in (event for snapshot in snapshots for event in _changes(snapshot)):
        try:
            for document in await asyncio.to_thread(rendered, event):
                kinds[document.selected.kind] = kinds.get(document.selected.kind, 0) + 1
        except Exception as fault:  # noqa: BLE001 - the report names every order that fails, not the first
            faults.append(f"{event.body.order_name} {event.body.change}: {fault}")
    assert faults == []
    assert len(kinds) == 6
    assert kinds["order-confirmation"] >= 40


async def _orders_of_a_morning(*, orders: int) -> list[OrderSnapshot]:
    async with running_shop() as shop:
        await Play(shop.desk, Morning(orders=orders)).run()
        domain = ShopDomain(shop.shop)
        peer = shop_peer(domain, PeerSettings(allow_private=True), base_url=shop.url)
        client = AdminClient(domain, peer, FixedToken(shop.access_token))
        try:
            gids = await _gids(client)
            found = [await fetch_order(client, gid) for gid in gids]
        finally:
            await client.close()
    return [snapshot for snapshot in found if snapshot]


async def _gids(client: AdminClient) -> list[str]:
    gids: list[str] = []
    after = None
    while True:
        page = (await client.execute(operation("orders_page"), {"first": 20, "after": after})).data["orders"]
        gids += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return gids
        after = page["pageInfo"]["endCursor"]


def _changes(snapshot: OrderSnapshot) -> Iterator[Event[OrderChange]]:
    named = [("order.created", None), ("order.paid", None)]
    named += [("order.cancelled", None)] if snapshot.cancelled_at else []
    parts = {
        "order.edited": snapshot.edits,
        "payment.recorded": snapshot.transactions,
        "refund.created": snapshot.refunds,
        "shipment.created": snapshot.fulfillments,
    }
    for change, gid in [*named, *((change, part.gid) for change, found in parts.items() for part in found)]:
        yield order_change(
            change,
            order_id=snapshot.order_id,
            order_name=snapshot.name,
            snapshot=snapshot.content,
            occurred_at=snapshot.updated_at,
            part=gid,
        )
