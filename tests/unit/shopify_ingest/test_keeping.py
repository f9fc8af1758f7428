"""Kafka first, the journal while Kafka is away, Kafka again when that is empty: in order, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.headers import to_record
from muniment_kit.clock import SystemClock
from muniment_kit.producer import PublishFailed, RecordTooLarge
from shopify_ingest.receive.acceptance import Accepted, Gate
from shopify_ingest.receive.hook_payloads import event_in, payload_of
from shopify_ingest.receive.journal import Journal, JournalFull
from shopify_ingest.receive.journal.entries import MAGIC, entries_in
from shopify_ingest.receive.keeping import JournaledKeeper
from tests.builders.deliveries import SECRET, delivery, order_body
from tests.builders.events import at
from tests.waiting import eventually

GATE = Gate({"northwind": [SECRET.encode()]})


def hook(number: int, *, order_id: int = 1, size_bytes: int = 100) -> Event[HookReceived]:
    one = delivery(order_body(size_bytes, order_id=order_id), webhook_id=f"{number:04d}")
    judged = GATE.judge(one.headers, one.body, at())
    assert isinstance(judged, Accepted)
    return judged.event


@dataclass
class Broker:
    """A broker that is there, or hangs, or fails; what it has, it has in the order of its partitions."""

    is_there: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: Exception | None = None
    most_bytes: int = 1 << 20
    stored: list[Event[Any]] = field(default_factory=list)

    async def publish(self, events: Sequence[Event[Any]]) -> None:
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        if not self.is_there.is_set():
            await self.is_there.wait()
        if any(len(event.body.body) > self.most_bytes for event in events):
            raise RecordTooLarge(["shopify.hooks"])
        self.stored += events

    @property
    def numbers(self) -> list[int]:
        """The hooks by number, in the order in which each came first."""
        return list(dict.fromkeys(int(event.body.webhook_id) for event in self.stored))


@asynccontextmanager
async def keeping(
    broker: Broker, folder: Path, *, max_bytes: int = 1 << 20, patience_s: float = 0.03, leave_s: float = 0.0
) -> AsyncIterator[tuple[JournaledKeeper, Journal]]:
    journal = await Journal.open(folder, max_bytes=max_bytes)
    try:
        keeper = JournaledKeeper(broker, journal, patience_s=patience_s, clock=SystemClock())
        async with keeper.draining(leave_within_s=leave_s):
            yield keeper, journal
    finally:
        await journal.close()


def set_aside(folder: Path) -> list[int]:
    """Return the hooks, by number, that lie beside the journal because Kafka would never take them."""
    contents = [path.read_bytes()[len(MAGIC) :] for path in folder.glob("*.refused")]
    payloads = [payload for content in contents for payload, _ in entries_in(content)]
    return [int(event_in(payload).body.webhook_id) for payload in payloads]


def test_a_hook_comes_out_of_the_journal_as_it_went_in() -> None:
    assert to_record(event_in(payload_of(hook(7)))) == to_record(hook(7))


async def test_while_kafka_is_there_nothing_is_written_to_the_journal(tmp_path: Path) -> None:
    broker = Broker()
    broker.is_there.set()
    async with keeping(broker, tmp_path) as (keeper, journal):
        await asyncio.gather(*(keeper.keep(hook(number)) for number in range(5)))
        assert journal.size_bytes == 0
    assert broker.numbers == [0, 1, 2, 3, 4]


async def test_while_kafka_is_away_hooks_are_kept_and_go_there_in_order_when_it_is_back(
    tmp_path: Path,
) -> None:
    broker = Broker()
    async with keeping(broker, tmp_path) as (keeper, journal):
        await asyncio.gather(*(keeper.keep(hook(number)) for number in range(5)))
        await keeper.keep(hook(5))
        assert (broker.stored, journal.waiting) == ([], 6)
        broker.is_there.set()
        await eventually(lambda: journal.waiting == 0, what="the journal is empty")
        await keeper.keep(hook(6))
        assert journal.size_bytes == 0
    assert broker.numbers == [0, 1, 2, 3, 4, 5, 6]


async def test_a_kafka_that_fails_at_once_is_as_good_as_away(tmp_path: Path) -> None:
    broker = Broker(trouble=PublishFailed("not connected"))
    async with keeping(broker, tmp_path, patience_s=30) as (keeper, journal):
        await keeper.keep(hook(0))
        assert journal.waiting == 1
        broker.trouble = None
        broker.is_there.set()
        await eventually(lambda: journal.waiting == 0, what="the journal is empty")
    assert broker.numbers == [0]


async def test_what_an_earlier_process_left_goes_before_what_is_new(tmp_path: Path) -> None:
    async with keeping(Broker(), tmp_path) as (keeper, _):
        await asyncio.gather(keeper.keep(hook(0)), keeper.keep(hook(1)))
    broker = Broker()
    async with keeping(broker, tmp_path, leave_s=5) as (keeper, journal):
        await keeper.keep(hook(2))
        assert journal.waiting == 3
        broker.is_there.set()
    assert broker.numbers == [0, 1, 2]
    assert journal.waiting == 0


async def test_a_full_journal_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    broker = Broker()
    async with keeping(broker, tmp_path, max_bytes=5000, leave_s=5) as (keeper, _):
        await keeper.keep(hook(0, size_bytes=2000))
        with pytest.raises(JournalFull):
            await keeper.keep(hook(1, size_bytes=2000))
        broker.is_there.set()
    assert broker.numbers == [0]


async def test_a_hook_that_can_never_be_published_is_told_so_while_kafka_is_there(tmp_path: Path) -> None:
    broker = Broker(trouble=RecordTooLarge(["shopify.hooks"]))
    async with keeping(broker, tmp_path) as (keeper, journal):
        with pytest.raises(RecordTooLarge):
            await keeper.keep(hook(0))
        assert journal.waiting == 0


async def test_a_hook_in_the_journal_that_can_never_be_published_is_set_aside_and_those_behind_it_go(
    tmp_path: Path,
) -> None:
    broker = Broker(most_bytes=1000)
    async with keeping(broker, tmp_path) as (keeper, journal):
        for number, size_bytes in enumerate((100, 2000, 100)):
            await keeper.keep(hook(number, size_bytes=size_bytes))
        broker.is_there.set()
        await eventually(lambda: journal.waiting == 0, what="the journal is empty")
    assert broker.numbers == [0, 2]
    assert set_aside(tmp_path) == [1]


async def test_under_steady_load_kafka_is_returned_to(tmp_path: Path) -> None:
    broker, count = Broker(), 0
    async with keeping(broker, tmp_path, patience_s=0.2) as (keeper, journal):
        await keeper.keep(hook(0))
        answers = set[asyncio.Task[None]]()

        async def press() -> bool:
            nonlocal count
            count += 1
            answers.add(asyncio.create_task(keeper.keep(hook(count))))
            await asyncio.sleep(0)
            return journal.size_bytes == 0 and count > 50

        broker.is_there.set()
        while not await press():
            assert count < 100_000, "hooks still go to the journal"
        await asyncio.gather(*answers)
    assert broker.numbers == list(range(count + 1))


STEPS = st.lists(st.sampled_from(["hooks", "away", "back", "fails", "pause", "restart"]), max_size=14)


@settings(max_examples=15, deadline=None)
@given(steps=STEPS)
def test_whatever_happens_all_that_were_answered_reach_kafka_in_order(steps: list[str]) -> None:
    asyncio.run(_live(steps))


async def _live(steps: Sequence[str]) -> None:
    """Hooks of three orders come in while Kafka and the process come and go."""
    broker, number, answered = Broker(), 0, list[int]()

    async def come(keeper: JournaledKeeper) -> None:
        nonlocal number
        numbers = range(number + 1, number + 5)
        number += 4
        await asyncio.gather(*(keeper.keep(hook(one, order_id=one % 3)) for one in numbers))
        answered.extend(numbers)

    with TemporaryDirectory() as name:
        parts = " ".join(steps).split("restart")
        for part in parts:
            async with keeping(broker, Path(name), patience_s=0.005) as (keeper, _):
                for step in part.split():
                    if step == "hooks":
                        await come(keeper)
                    elif step == "pause":
                        await asyncio.sleep(0.01)  # lets retries and deadlines come about
                    else:
                        broker.trouble = PublishFailed("no") if step == "fails" else None
                        broker.is_there.set() if step == "back" else broker.is_there.clear()
        broker.trouble = None
        broker.is_there.set()
        async with keeping(broker, Path(name), leave_s=5) as (_, journal):
            await eventually(lambda: journal.waiting == 0, what="the journal is empty")
    assert set(answered) <= set(broker.numbers)
    for order in range(3):
        of_one = [one for one in broker.numbers if one % 3 == order]
        assert all(earlier < later for earlier, later in pairwise(of_one))
