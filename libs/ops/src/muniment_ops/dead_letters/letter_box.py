"""Reading the dead-letter topics and the audit topic, from their first record to the end they have now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Protocol

from muniment_contracts.topics import Topic
from muniment_kit.broker import TopicsMissing
from muniment_kit.kafka.existing_topics import existing_topics
from muniment_kit.kafka.window import WindowReader
from muniment_kit.records import Record, TopicPartition
from muniment_kit.settings import KitSettings
from muniment_ops.dead_letters.decisions import SettledLetters
from muniment_ops.dead_letters.letters import Letter, LetterTopic, Place, letter_of
from muniment_ops.exit_codes import WrongUse


class StoredRecords(Protocol):
    """The records a broker keeps. Every method may raise ``BrokerUnavailable``."""

    async def topics(self) -> Collection[str]:
        """Return the physical names of all topics."""

    def records(self, topic: str) -> AsyncIterator[Record]:
        """Yield what ``topic`` holds when it is asked, partition by partition, in the order of offsets.

        Raises ``TopicsMissing``.
        """

    async def one(self, topic: str, partition: int, offset: int) -> Record | None:
        """Return one record, or ``None`` if there is none. Raises ``TopicsMissing``."""


class KafkaRecords:
    """The records of a real broker; fits ``StoredRecords``. No group is joined and nothing committed."""

    def __init__(self, settings: KitSettings, reader: WindowReader) -> None:
        self._settings = settings
        self._reader = reader

    async def topics(self) -> Collection[str]:
        """Return the physical names of all topics."""
        return list(await existing_topics(self._settings, prefix=self._settings.topic_prefix))

    async def records(self, topic: str) -> AsyncIterator[Record]:
        """Yield what ``topic`` holds now."""
        for number, held in (await self._reader.bounds(topic)).items():
            async for batch in self._reader.read(TopicPartition(topic, number), held.start, held.end):
                for record in batch:
                    yield record

    async def one(self, topic: str, partition: int, offset: int) -> Record | None:
        """Return one record, or ``None`` if there is none."""
        held = (await self._reader.bounds(topic)).get(partition)
        if held is None or not held.start <= offset < held.end:
            return None
        return await self._reader.one(TopicPartition(topic, partition), offset)


class LetterBox:
    """The dead letters of one installation, whose topics begin with ``prefix``."""

    def __init__(self, stored: StoredRecords, *, prefix: str) -> None:
        self._stored = stored
        self.prefix = prefix

    async def topics(self, named: Sequence[str] = ()) -> list[LetterTopic]:
        """Return all dead-letter topics, or those ``named``: by their own name or their source's.

        Names may have the prefix or not. Raises ``WrongUse`` if a name fits none.
        """
        there = [
            topic
            for name in sorted(await self._stored.topics())
            if name.startswith(self.prefix)
            and (topic := LetterTopic.parse(name.removeprefix(self.prefix))) is not None
        ]
        if not named:
            return there
        wanted = {name.removeprefix(self.prefix) for name in named}
        if unknown := wanted - {name for topic in there for name in (topic.name, topic.source)}:
            known = ", ".join(topic.name for topic in there) or "none at all"
            raise WrongUse(
                f"There are no dead letters of {', '.join(sorted(unknown))}; there are topics: {known}."
            )
        return [topic for topic in there if {topic.name, str(topic.source)} & wanted]

    async def letters(self, topics: Sequence[LetterTopic]) -> AsyncIterator[tuple[Record, Letter]]:
        """Yield the letters of ``topics``, each partition in the order of offsets."""
        for topic in topics:
            async for record in self._stored.records(f"{self.prefix}{topic.name}"):
                yield record, letter_of(record, topic)

    async def letter_at(self, topic: LetterTopic, partition: int, offset: int) -> tuple[Record, Letter]:
        """Return the letter at one place. Raises ``WrongUse`` if there is none."""
        record = await self._stored.one(f"{self.prefix}{topic.name}", partition, offset)
        if record is None:
            raise WrongUse(f"There is no letter at {Place(topic.name, partition, offset)}.")
        return record, letter_of(record, topic)

    async def settled(self) -> SettledLetters:
        """Return all that was decided; nothing if the audit topic does not exist yet."""
        found = SettledLetters()
        try:
            async for record in self._stored.records(f"{self.prefix}{Topic.AUDIT_DEAD_LETTERS}"):
                found.note(record)
        except TopicsMissing:
            pass
        return found
