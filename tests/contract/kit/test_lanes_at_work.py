"""Records of one key in order, other keys meanwhile, and never more in memory than the bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from muniment_contracts.events import Event
from muniment_kit import metrics
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.outcomes import Done
from muniment_kit.service import coalesced
from tests.contract.kit.stage import TOPIC, Recording, Stage, said, told


async def test_events_of_one_key_are_handled_one_after_another_and_other_keys_meanwhile() -> None:
    handler = Recording()
    gate = handler.hold("a/0")
    async with Stage(handler) as stage:
        stage.broker.tell(told("a", 0), told("a", 1), told("b", 0), told("a", 2), told("c", 0))
        await stage.until(lambda: handler.ended == ["b/0", "c/0"])
        assert handler.begun == ["a/0", "b/0", "c/0"]
        gate.set()
        await stage.until(lambda: handler.ended == ["b/0", "c/0", "a/0", "a/1", "a/2"])


async def test_a_key_that_retries_keeps_its_order_while_other_keys_go_on() -> None:
    failures = iter([Retryable("peer away"), Retryable("peer away")])
    ended: list[str] = []

    async def handler(event: Event[Any]) -> Done:
        if said(event) == "a/0" and (failure := next(failures, None)):
            raise failure
        ended.append(said(event))
        return Done()

    async with Stage(handler) as stage:
        stage.broker.tell(told("a", 0), told("a", 1), told("b", 0), told("b", 1))
        await stage.until(lambda: ended == ["b/0", "b/1"])
        await stage.clock.advance(60)
        await stage.until(lambda: ended == ["b/0", "b/1", "a/0", "a/1"])
        await stage.until_committed(4)


async def test_the_wait_a_peer_asks_for_is_kept() -> None:
    attempts: list[float] = []

    async def handler(event: Event[Any]) -> Done:
        attempts.append(stage.clock.monotonic())
        if len(attempts) == 1:
            raise Retryable("slow down", after=25.0)
        return Done()

    async with Stage(handler) as stage:
        stage.broker.tell(told("a"))
        await stage.until(lambda: len(attempts) == 1)
        await stage.clock.advance(24.0)
        assert len(attempts) == 1
        await stage.clock.advance(1.0)
        await stage.until(lambda: attempts == [0.0, 25.0])


async def test_no_more_keys_run_at_once_than_the_role_may() -> None:
    handler = Recording()
    gates = [handler.hold(f"k{number}/0") for number in range(6)]
    async with Stage(handler, concurrency=2) as stage:
        stage.broker.tell(*(told(f"k{number}") for number in range(6)))
        await stage.until(lambda: len(handler.begun) == 2)
        gates[0].set()
        await stage.until(lambda: len(handler.begun) == 3)
        assert handler.ended == ["k0/0"]
        for gate in gates:
            gate.set()


async def test_keys_between_attempts_do_not_take_the_place_of_others() -> None:
    ended: list[str] = []

    async def handler(event: Event[Any]) -> Done:
        if event.key.startswith("stuck"):
            raise Retryable("peer away")
        ended.append(event.key)
        return Done()

    async with Stage(handler, concurrency=2) as stage:
        stage.broker.tell(*(told(f"stuck{number}") for number in range(8)), told("free"))
        await stage.until(lambda: ended == ["free"])


async def test_a_full_partition_is_paused_while_polling_goes_on_and_resumed_below_the_low_mark() -> None:
    handler = Recording()
    gate = handler.hold("a/0")
    async with Stage(handler, partition_waiting_records=4, poll_records=4) as stage:
        stage.broker.tell(*(told("a", number) for number in range(20)))
        await stage.until(lambda: handler.begun == ["a/0"])
        await stage.clock.advance(5)
        await stage.until(lambda: metrics.value("muniment_paused_partitions") == 1)
        assert metrics.value("muniment_waiting_records", topic=TOPIC, partition="0") == 4
        assert metrics.value("muniment_lag_records", topic=TOPIC, partition="0") == 20
        assert stage.vital_signs.why_not_ready() == []
        gate.set()
        await stage.until(lambda: len(handler.ended) == 20)
        assert handler.ended == [f"a/{number}" for number in range(20)]
        await stage.until_committed(20)


async def test_a_coalesced_handler_gets_all_that_waits_of_its_key_and_they_finish_together() -> None:
    heard: list[list[str]] = []
    first, second = asyncio.Event(), asyncio.Event()

    async def handler(events: Sequence[Event[Any]]) -> Done:
        heard.append([said(event) for event in events])
        await (first if len(heard) == 1 else second).wait()
        return Done()

    async with Stage(coalesced(handler), coalesce_records=3) as stage:
        stage.broker.tell(told("a", 0))
        await stage.until(lambda: heard == [["a/0"]])
        stage.broker.tell(*(told("a", number) for number in range(1, 6)))
        await asyncio.sleep(0.02)
        first.set()
        await stage.until_committed(1)
        assert heard[1] == ["a/1", "a/2", "a/3"]
        second.set()
        await stage.until_committed(6)
        assert heard[2:] == [["a/4", "a/5"]]


async def test_one_bad_event_of_a_batch_dies_alone() -> None:
    heard: list[list[str]] = []
    gate = asyncio.Event()

    async def handler(events: Sequence[Event[Any]]) -> Done:
        await gate.wait()
        names = [said(event) for event in events]
        heard.append(names)
        if "a/2" in names:
            raise Rejected("cannot be")
        return Done()

    async with Stage(coalesced(handler)) as stage:
        stage.broker.tell(*(told("a", number) for number in range(5)))
        await asyncio.sleep(0.02)
        gate.set()
        await stage.until_committed(5)
        assert heard == [["a/0", "a/1", "a/2", "a/3", "a/4"], ["a/0"], ["a/1"], ["a/2"], ["a/3"], ["a/4"]]
        assert len(stage.dead_letters) == 1
        assert dict(stage.dead_letters[0].headers)["dlq_original_offset"] == b"2"
