"""A client secret is rotated at shop and receiver, in either order, and no hook is lost over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from muniment_sandbox.shopify.deeds import place
from muniment_sandbox.shopify.hooks.deliveries import Delivery, DeliveryState
from muniment_sandbox.shopify.installation import revoke_secret, rotate_secret
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from tests.builders import deliveries
from tests.builders.deliveries import SHOP_DOMAIN
from tests.integration.shopify_ingest.running_receiver import PATH, RunningReceiver, running_receiver
from tests.waiting import eventually, until


@asynccontextmanager
async def rotating(kafka: str, prefix: str, file: Path) -> AsyncIterator[tuple[RunningShop, RunningReceiver]]:
    """Yield a shop that tells a receiver of its orders; the receiver knows the shop's secret from a file."""
    async with running_shop(shop=seeded_shop("empty", domain=SHOP_DOMAIN), time_scale=1.0) as shop:
        await write(file, [shop.webhook_secret])
        async with running_receiver(
            kafka, prefix=prefix, webhook_secrets=(), webhook_secrets_file=str(file), reread_secrets_s=0.05
        ) as receiver:
            shop.desk.subscribe_all(f"http://127.0.0.1:{receiver.port}{PATH}", ["orders/create"])
            yield shop, receiver


async def write(file: Path, secrets: Sequence[str]) -> None:
    await asyncio.to_thread(file.write_text, "\n".join(secrets) + "\n")


async def answers(receiver: RunningReceiver, secret: str, status: int) -> None:
    """Wait until the receiver answers so to a hook that is signed with the secret."""

    async def is_so() -> bool:
        return (await receiver.post(deliveries.delivery(secret=secret))).status == status

    await until(is_so, what=f"a hook of that secret is answered {status}")


async def sells(shop: RunningShop) -> Delivery:
    """Let an order be placed; return its hook once it was tried."""
    order = place(shop.desk)
    (told,) = shop.desk.dispatch.of_order(order)
    await eventually(lambda: bool(told.attempts), what="the hook was tried")
    return told


def statuses(delivery: Delivery) -> list[int | None]:
    return [attempt.status for attempt in delivery.attempts]


async def test_both_secrets_are_valid_then_the_old_one_is_refused(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    file = tmp_path / "secrets"
    async with rotating(kafka, topic_prefix, file) as (shop, receiver):
        old = shop.webhook_secret
        first = await sells(shop)
        new = rotate_secret(shop.desk)
        await write(file, [new, old])
        await answers(receiver, new, 200)
        by_old = await sells(shop)
        assert revoke_secret(shop.desk) == new
        by_new = await sells(shop)
        assert [statuses(each) for each in (first, by_old, by_new)] == [[200]] * 3
        await write(file, [new])
        await answers(receiver, old, 401)
        assert statuses(await sells(shop)) == [200]
        again = deliveries.Delivery(by_old.body, by_old.headers)
        assert (await receiver.post(again)).status == 401, "what the old secret signed is refused"
        assert await receiver.counted('muniment_hooks_by_secret_total{secret="2"}') >= 1


async def test_a_secret_that_the_receiver_learns_too_late_loses_nothing(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    file = tmp_path / "secrets"
    async with rotating(kafka, topic_prefix, file) as (shop, receiver):
        new = rotate_secret(shop.desk)
        revoke_secret(shop.desk)
        early = await sells(shop)
        assert statuses(early) == [401]
        await write(file, [new])
        await answers(receiver, new, 200)
        shop.desk.dispatch.pauses.advance(60)
        await shop.hooks_settled()
        assert statuses(early) == [401, 200]
        assert early.state is DeliveryState.DELIVERED
        assert len(shop.state.subscriptions) == 1
