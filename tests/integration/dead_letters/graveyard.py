"""A real runtime that gives records up in every way, and the command that sees to them."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from typer.testing import CliRunner

from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.kafka import KafkaProducer, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.kafka.window import WindowReader
from muniment_kit.outcomes import Done
from muniment_kit.records import OutgoingRecord
from muniment_kit.settings import KitSettings
from muniment_ops.cli import app
from muniment_ops.dead_letters import KafkaRecords, LetterBox, Selection, plan_settling
from tests.integration.kit.stage import NAME, TOPIC, Stage, all_records, set_up
from tests.waiting import eventually, until

LETTERS = f"{TOPIC}.dlq.{NAME}"


@dataclass
class Ended:
    """How a command ended: its exit code, what it printed, and what it raised on purpose."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


@dataclass
class Graveyard:
    """One service on a broker; what its handler does to a hook is said by the hook's id.

    ``rejected-…`` is refused and ``expired-…`` never ready, until ``is_mended``.
    """

    settings: KitSettings
    producer: KafkaProducer
    is_mended: bool = False
    handled: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    event_ids: list[str] = field(default_factory=list)

    async def handle(self, event: Event[Any]) -> Done:
        """Handle a hook, or not."""
        name = event.body.webhook_id
        if not self.is_mended and name.startswith("rejected"):
            raise Rejected("The template does not know this currency.")
        if not self.is_mended and name.startswith("expired"):
            raise Retryable("The archive was not ready.")
        self.handled[event.key].append(name)
        self.event_ids.append(event.id)
        return Done()

    def stage(self) -> Stage:
        """Return the service, to be entered."""
        return Stage(self.handle, self.settings)

    async def buries(self, *events: Event[Any]) -> None:
        """Let the service meet ``events``, and wait until there is an open letter more for each."""
        async with self.stage() as stage:
            await stage.tell(*events)
            await self.until_letters(len(events))

    async def handles(self, count: int) -> None:
        """Mend the service, and let it run until it has handled ``count`` events."""
        self.is_mended = True
        async with self.stage():
            await eventually(lambda: len(self.event_ids) == count, what=f"{count} events", timeout_s=30)

    async def poison(self, key: str, value: bytes) -> None:
        """Put bytes into the topic that are no event."""
        await self.producer.send(
            [OutgoingRecord(f"{self.settings.topic_prefix}{TOPIC}", key.encode(), value, [])]
        )

    async def letters(self) -> list[Any]:
        """Return the records of the dead-letter topic."""
        return await all_records(self.settings, LETTERS, group="looking-on")

    async def until_letters(self, count: int) -> None:
        """Wait until the dead-letter topic holds ``count`` open letters."""

        async def reached() -> bool:
            async with WindowReader(self.settings) as reader:
                box = LetterBox(KafkaRecords(self.settings, reader), prefix=self.settings.topic_prefix)
                return len((await plan_settling(box, Selection())).letters) == count

        await until(reached, what=f"{count} dead letters", timeout_s=30)

    async def muniment(self, *arguments: str) -> Ended:
        """Run ``muniment dead-letters`` in this process, in a thread with an event loop of its own.

        Not while the service runs: the runner takes stdout, which the service's log is written to.
        """
        result = await asyncio.to_thread(
            CliRunner().invoke, app, ["dead-letters", *arguments], env=self.environment()
        )
        error = "" if result.exception is None else str(result.exception)
        return Ended(result.exit_code, result.stdout, error)

    def environment(self) -> dict[str, str]:
        """Return the settings as variables."""
        return {
            "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": self.settings.kafka_bootstrap_servers,
            "MUNIMENT_TOPIC_PREFIX": self.settings.topic_prefix,
        }


async def graveyard(kafka: str, topic_prefix: str) -> Graveyard:
    """Create the topics, and return the place; stop its producer at the end."""
    settings = await set_up(
        kafka,
        topic_prefix,
        retry_base_s=0.05,
        retry_cap_s=0.1,
        retry_overdue_cap_s=0.1,
        retry_lane_budget_s=0.2,
        retry_total_s=0.4,
    )
    await create_topics(settings, [TopicPlan(f"{topic_prefix}{Topic.AUDIT_DEAD_LETTERS}", 1, {})])
    producer = KafkaProducer(settings)
    await producer.start([])
    return Graveyard(settings, producer)
