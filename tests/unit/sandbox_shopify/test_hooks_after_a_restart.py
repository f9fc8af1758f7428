"""Hooks that were on their way when a shop in a file was closed go on when it is opened again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from muniment_sandbox.shopify.deeds import place
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks import hook_log
from muniment_sandbox.shopify.hooks.deliveries import DeliveryState
from muniment_sandbox.shopify.hooks.retries import retry_delays_s
from muniment_sandbox.shopify.installation import advance, revoke_secret, rotate_secret
from tests.unit.sandbox_shopify.filed_shops import filed, rows
from tests.unit.sandbox_shopify.recording import Pauses, RecordingSender
from tests.waiting import eventually

ADDRESS = "https://muniment.example/hooks"


@dataclass
class PausesUntil(Pauses):
    """Lets so many pauses pass, and then none ever."""

    passing: int = 0

    async def __call__(self, seconds: float) -> None:
        await super().__call__(seconds)
        if len(self.asked) > self.passing:
            await asyncio.Event().wait()


class SilentSender(RecordingSender):
    """An address that takes the request and never answers."""

    async def send(self, *request: object) -> int:
        await asyncio.Event().wait()
        return 200


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.sqlite"


async def test_a_hook_that_was_not_answered_is_sent_again_as_it_was(file: Path) -> None:
    async with filed(file, sender=SilentSender()) as desk:
        desk.subscribe_all(ADDRESS, ["orders/create", "orders/updated"])
        place(desk)
        waiting = desk.dispatch.deliveries
        assert len(waiting) == 2
        await asyncio.sleep(0)
    sender = RecordingSender()
    async with filed(file, sender=sender) as desk:
        await desk.dispatch.idle()
        assert [sent.webhook_id for sent in sender.sent] == [each.webhook_id for each in waiting]
        assert [sent.body for sent in sender.sent] == [each.body for each in waiting]
        assert [dict(sent.headers) for sent in sender.sent] == [each.headers for each in waiting]
    async with filed(file, sender=sender) as desk:
        await desk.dispatch.idle()
        assert len(sender.sent) == 2
        assert desk.dispatch.summary()["delivered"] == 2


async def test_retries_go_on_where_they_were(file: Path) -> None:
    refusing, before = RecordingSender(lambda _: 503), PausesUntil(passing=2)
    async with filed(file, sender=refusing, pauses=before) as desk:
        desk.subscribe_all(ADDRESS, ["orders/create"])
        place(desk)
        await eventually(lambda: len(before.asked) == 3)
    after = Pauses()
    async with filed(file, sender=refusing, pauses=after) as desk:
        await desk.dispatch.idle()
        assert [attempt.status for attempt in desk.dispatch.deliveries[0].attempts] == [503] * 9
        assert desk.dispatch.deliveries[0].state is DeliveryState.FAILED
        assert desk.shop.subscriptions == []
    assert before.asked == retry_delays_s()[:3]
    assert 0 < after.asked[0] < before.asked[2], "what had passed of the pause counts"
    assert after.asked[1:] == retry_delays_s()[3:]
    assert len({sent.webhook_id for sent in refusing.sent}) == 1


async def test_a_subscription_that_answered_meanwhile_is_kept(file: Path) -> None:
    sender = RecordingSender(lambda attempt: 200 if attempt == 2 else 503)
    async with filed(file, sender=sender, pauses=PausesUntil()) as desk:
        desk.subscribe_all(ADDRESS, ["orders/create"])
        place(desk)
        await eventually(lambda: len(sender.sent) == 1)
        place(desk)
        await eventually(lambda: len(sender.sent) == 2)
    async with filed(file, sender=sender) as desk:
        await desk.dispatch.idle()
        assert sorted(each.state for each in desk.dispatch.deliveries) == ["delivered", "failed"]
        assert len(desk.shop.subscriptions) == 1


async def test_a_late_hook_does_not_wait_all_over_again(file: Path) -> None:
    late = Faults(delay=1.0, delay_s=86_400)
    async with filed(file, pauses=PausesUntil(), faults=late) as desk:
        desk.subscribe_all(ADDRESS, ["orders/create"])
        place(desk)
    pauses = Pauses()
    async with filed(file, pauses=pauses) as desk:
        await desk.dispatch.idle()
        assert desk.dispatch.summary()["delivered"] == 1
    assert 86_000 < pauses.asked[0] < 86_400


async def test_old_hooks_leave_the_file_once_they_are_done(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook_log, "_KEPT", 3)
    sender = RecordingSender(lambda attempt: 503 if attempt == 1 else 200)
    async with filed(file, sender=sender, pauses=PausesUntil()) as desk:
        desk.subscribe_all(ADDRESS, ["orders/create"])
        for count in range(1, 6):
            place(desk)
            await eventually(lambda: len(sender.sent) == count)  # noqa: B023 - awaited at once
        failing = sender.sent[0].webhook_id
        assert failing not in [each.webhook_id for each in desk.dispatch.deliveries]
    async with filed(file, sender=sender) as desk:
        await desk.dispatch.idle()
        assert sender.sent[-1].webhook_id == failing
        summary = desk.dispatch.summary()
        assert (summary["published"], summary["delivered"], summary["attempts"]) == (5, 5, 6)
    kept = [row for row in rows(file)["objects"].values() if row.startswith(b'["Delivery"')]
    assert len(kept) == 3


async def test_secrets_warnings_and_a_clock_that_was_moved_are_kept(file: Path) -> None:
    async with filed(file, sender=RecordingSender(lambda _: 503)) as desk:
        desk.subscribe_all(ADDRESS, ["orders/create"])
        oldest, newest = desk.tokens.client_secret, rotate_secret(desk)
        place(desk)
        await desk.dispatch.idle()
        moved = advance(desk, 86_400)
        removals = desk.dispatch.log.removals
        assert len(removals) == 1
    async with filed(file) as desk:
        assert desk.tokens.secrets == [oldest, newest]
        assert desk.dispatch.log.removals == removals
        assert desk.shop.clock.now() >= moved
        assert revoke_secret(desk) == newest
    async with filed(file) as desk:
        assert desk.tokens.secrets == [newest]
        assert desk.webhook_secret == newest


async def test_a_burst_is_still_one_after_a_restart(file: Path) -> None:
    async with filed(file, pauses=PausesUntil(), faults=Faults(late=1.0)) as desk:
        desk.subscribe_all(ADDRESS, ["orders/create"])
        place(desk)
    sender, pauses = RecordingSender(), PausesUntil()
    async with filed(file, sender=sender, pauses=pauses) as desk:
        await eventually(lambda: len(pauses.asked) == 1)
        assert sender.sent == []
        assert desk.dispatch.pauses.release() == 1
        await desk.dispatch.idle()
        assert len(sender.sent) == 1
