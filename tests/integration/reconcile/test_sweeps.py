"""What never arrived is found and published, once, and read back before the mark moves."""

from __future__ import annotations

from tests.integration.reconcile.desk import Desk


async def test_what_no_hook_told_is_published_once_seen_and_remembered_by_the_next_process(
    desk: Desk,
) -> None:
    async with desk.reconciler() as reconciler:
        (shop,) = reconciler.shops.values()
        await reconciler.recent_sweep()
        await reconciler.recent_sweep()
        assert await desk.recorded() == await desk.in_the_shop()
        assert len(shop.suspects) == 0
        events = await desk.events()
        assert all(event.body.reconciled for event in events)
        assert {"order.created", "order.paid", "return.requested"} <= {event.type for event in events}
        marks = dict(shop.marks)
        held = {kind.name: shop.memory.knowledge.count(kind.name) for kind in reconciler.kinds}
    async with desk.reconciler() as reconciler:
        (shop,) = reconciler.shops.values()
        assert {kind: shop.mark(kind) for kind in marks} == marks
        assert {kind.name: shop.memory.knowledge.count(kind.name) for kind in reconciler.kinds} == held
        await reconciler.recent_sweep()
        await reconciler.recent_sweep()
        assert len(shop.suspects) == 0
    assert await desk.published() == len(events)
    assert await desk.published_twice() == []


async def test_a_deleted_object_is_found_by_the_complete_sweep_alone(desk: Desk) -> None:
    async with desk.reconciler() as reconciler:
        await reconciler.recent_sweep()
        await reconciler.recent_sweep()
        order = next(order for order in desk.shop.state.orders.values() if not order.payments)
        desk.shop.state.delete_order(order)
        await reconciler.recent_sweep()
        assert ("order", str(order.number)) in await desk.recorded()
        for shop, kind in reconciler.watched():
            await reconciler.complete_sweep(shop, kind)
        await reconciler.recent_sweep()
        assert ("order", str(order.number)) not in await desk.recorded()
        (deleted,) = [event for event in await desk.events() if event.type == "order.deleted"]
        assert (deleted.body.state, deleted.body.reconciled) == ("gone", True)
        assert deleted.body.order_id == str(order.number)
