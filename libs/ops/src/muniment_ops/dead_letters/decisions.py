"""What was decided about letters: written to the audit topic, and read back to know which are settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from muniment_contracts.bodies import DeadLetterDecision
from muniment_contracts.errors import UndecodableRecord
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.records import Record
from muniment_ops.dead_letters.letters import Letter, Place

SOURCE = "muniment"


class Decision(StrEnum):
    """What a person can decide about a letter."""

    REDRIVEN = "redriven"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Settled:
    """The decision about one letter."""

    decision: str
    operation_id: str
    decided_by: str
    decided_at: datetime
    reason: str | None


class SettledLetters:
    """Which letters have a decision. Fill it with ``note``, oldest record first; the first decision stands.

    A letter is known by its place and its SHA-256: a topic made anew begins with the same offsets, and a
    decision about an old letter says nothing of a new one. ``unreadable`` counts what is no decision:
    it settles nothing, so at worst a letter is offered once more.
    """

    def __init__(self) -> None:
        self._decided: dict[tuple[Place, str], Settled] = {}
        self.unreadable = 0

    def note(self, record: Record) -> None:
        """Take in one record of the audit topic."""
        try:
            event = event_from(Topic.AUDIT_DEAD_LETTERS, record.key, record.value, record.headers)
        except UndecodableRecord:
            self.unreadable += 1
            return
        said: DeadLetterDecision = event.body
        place = Place(said.letter_topic, said.letter_partition, said.letter_offset)
        settled = Settled(said.decision, said.operation_id, said.decided_by, said.decided_at, said.reason)
        self._decided.setdefault((place, said.letter_sha256), settled)

    def of(self, letter: Letter) -> Settled | None:
        """Return the decision about ``letter``, or ``None`` while it is open."""
        return self._decided.get((letter.place, letter.sha256))


def decision_event(letter: Letter, settled: Settled) -> Event[DeadLetterDecision]:
    """Return the record of a decision about ``letter``; decided anew by the same run, it has the same id."""
    body = DeadLetterDecision(
        decision=settled.decision,
        operation_id=settled.operation_id,
        decided_by=settled.decided_by,
        decided_at=settled.decided_at,
        reason=settled.reason,
        letter_topic=letter.place.topic,
        letter_partition=letter.place.partition,
        letter_offset=letter.place.offset,
        letter_sha256=letter.sha256,
        source_topic=letter.topic.source,
        source_partition=letter.source_partition,
        source_offset=letter.source_offset,
        dlq_reason=letter.cause.reason,
        event_id=letter.event_id,
    )
    return Event(
        topic=Topic.AUDIT_DEAD_LETTERS,
        key=f"{letter.place.topic}/{letter.place.partition}",
        id=deterministic_id("dead-letter-decision", settled.operation_id, *map(str, letter.place)),
        type=f"dead-letter.{settled.decision}",
        source=SOURCE,
        subject=f"dead-letter/{letter.place}",
        time=settled.decided_at,
        body=body,
        correlation_id=letter.correlation_id or settled.operation_id,
        causation_id=letter.event_id,
    )
