"""Dead letters on a broker in memory: what a service gave up on, and what was decided about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from muniment_contracts.events import Event
from muniment_contracts.headers import to_record
from muniment_contracts.topics import Topic, dead_letter_topic
from muniment_kit.broker import TopicsMissing
from muniment_kit.dead_letters import DeadLetterReason, DeadLetterWriter, GivenUp
from muniment_kit.errors import MunimentError, Rejected
from muniment_kit.records import OutgoingRecord, Record
from muniment_kit.testing import InMemoryBroker, ManualClock
from muniment_kit.testing.in_memory_log import StoredRecord
from muniment_ops.dead_letters import (
    Letter,
    LetterBox,
    LetterGroup,
    Selection,
    SettlingPlan,
    discard,
    group_letters,
    plan_settling,
    redrive,
)
from muniment_ops.dead_letters.settling import Operation
from tests.builders.events import START

SERVICE = "ecm-archiver"
PREFIX = "shop1."


class DeadLetterDesk:
    """Buries events as the runtime would, and settles letters as the command would."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.broker = InMemoryBroker(clock=self.clock, partitions=3)
        self._known: dict[str, None] = {}
        self.box = LetterBox(self, prefix=PREFIX)
        self._create(Topic.AUDIT_DEAD_LETTERS)
        self.operations = 0

    # Burying

    def bury(
        self,
        event: Event[Any],
        *,
        reason: DeadLetterReason = DeadLetterReason.REJECTED,
        error: MunimentError | None = None,
        attempts: int = 1,
        service: str = SERVICE,
        first_failed_at: datetime = START,
    ) -> Record:
        """Give ``event`` up."""
        return self.bury_record(
            event.topic,
            *to_record(event),
            reason=reason,
            error=error,
            attempts=attempts,
            service=service,
            first_failed_at=first_failed_at,
        )

    def bury_record(
        self,
        topic: Topic,
        key: bytes | None,
        value: bytes | None,
        headers: list[tuple[str, bytes]],
        *,
        reason: DeadLetterReason = DeadLetterReason.UNDECODABLE,
        error: MunimentError | None = None,
        attempts: int = 1,
        service: str = SERVICE,
        first_failed_at: datetime = START,
    ) -> Record:
        """Give up bytes of ``topic``, whatever they are."""
        source = StoredRecord(f"{PREFIX}{topic}", 2, 77, 0, key, value, headers)
        given_up = GivenUp(
            reason, error or Rejected("The template does not know it."), attempts, first_failed_at
        )
        name = self._create(dead_letter_topic(topic, service))
        letter = DeadLetterWriter(f"{PREFIX}{service}", "1.2.3").write(source, given_up, topic=name)
        return self.broker.append(name, letter.key, letter.value, letter.headers)

    # Settling

    async def plan(self, **selected: Any) -> SettlingPlan:
        """Say which open letters are meant."""
        return await plan_settling(self.box, Selection(**selected))

    async def redrive(self, **selected: Any) -> int:
        """Send letters back."""
        plan = await self.plan(**selected)
        return await redrive(
            self.box, plan, self._operation(), producer=self.broker.producer(), clock=self.clock
        )

    async def discard(self, **selected: Any) -> int:
        """Settle letters as they are."""
        plan = await self.plan(**selected)
        return await discard(
            self.box, plan, self._operation(), producer=self.broker.producer(), clock=self.clock
        )

    async def groups(self, *, with_settled: bool = False) -> list[LetterGroup]:
        """Group the letters."""
        letters = (letter async for _, letter in self.box.letters(await self.box.topics()))
        return await group_letters(letters, await self.box.settled(), with_settled=with_settled)

    async def all_letters(self) -> list[Letter]:
        """Return every letter, settled or not."""
        return [letter async for _, letter in self.box.letters(await self.box.topics())]

    def sent_back(self, topic: Topic) -> list[StoredRecord]:
        """Return what lies in a source topic."""
        return self.broker.records(f"{PREFIX}{topic}")

    def decisions(self) -> list[StoredRecord]:
        """Return what lies in the audit topic."""
        return self.broker.records(f"{PREFIX}{Topic.AUDIT_DEAD_LETTERS}")

    # StoredRecords

    async def topics(self) -> Collection[str]:
        """Return the topics that were used, and one that is not ours."""
        return [*self._known, f"{PREFIX}other.dlq.service", "shop2.shopify.hooks.dlq.shopify-ingest"]

    async def records(self, topic: str) -> AsyncIterator[Record]:
        """Yield what lies there now."""
        if topic not in self._known:
            raise TopicsMissing({topic})
        for record in self.broker.records(topic):
            await asyncio.sleep(0)
            yield record

    async def one(self, topic: str, partition: int, offset: int) -> Record | None:
        """Return one record."""
        found = [record for record in self.broker.records(topic) if record.partition == partition]
        return next((record for record in found if record.offset == offset), None)

    def _create(self, name: str) -> str:
        self._known[f"{PREFIX}{name}"] = None
        return f"{PREFIX}{name}"

    def _operation(self) -> Operation:
        self.operations += 1
        return Operation(f"operation-{self.operations}", "j.meier", "mended")


class FailingProducer:
    """Sends ``good`` times, then the broker goes on without saying so: the process dies there."""

    def __init__(self, broker: InMemoryBroker, *, good: int) -> None:
        self._producer = broker.producer()
        self._good = good

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Send, or die."""
        if self._good == 0:
            raise Died
        self._good -= 1
        await self._producer.send(records)


class Died(Exception):
    """The process ended here."""


def minutes(count: float) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=count)
