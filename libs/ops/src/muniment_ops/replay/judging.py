"""What a replayed record comes to: the verdict on it, and the one way every judge goes about it.

Matching rules, which hold for every topic:

- A record answered then by nothing and now by nothing is matched.
- Each answer computed now must be, byte for byte in canonical form, among the answers published then that
  name the record as their cause and have its key. Which copy of several equal ones does not matter.
- Each answer published then must be computed now from a delivery of the same fact. Deliveries are at least
  once, so one fact may have several, each with answers of its own; the others are looked up around the
  window.
- A record that cannot be decoded, or that the handler rejects, is matched if a dead letter tells that it was
  given up on then for the same reason.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from muniment_contracts.codec import Codec
from muniment_contracts.errors import UndecodableRecord
from muniment_contracts.events import Event
from muniment_contracts.headers import EncodedRecord, event_from, to_record
from muniment_contracts.topics import Topic
from muniment_kit.errors import MunimentError, Rejected, Retryable
from muniment_kit.records import Record
from muniment_ops.exit_codes import NotReachable
from muniment_ops.replay.canonical import canonical_digest
from muniment_ops.replay.differences import Difference
from muniment_ops.replay.published import DeadLetters


class Verdict(StrEnum):
    """What became of the offsets of a window; every one of them gets exactly one."""

    MATCHED = "matched"
    MISMATCHED = "mismatched"
    PUBLISHED = "published"
    FILTERED = "filtered"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Computed:
    """An answer computed now, as the broker would get it."""

    topic: Topic
    record: EncodedRecord
    digest: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one record; ``reason`` is a short name from a closed list, ``answers`` what was
    computed.
    """

    verdict: Verdict
    reason: str = ""
    answers: Sequence[Computed] = ()
    differences: Sequence[Difference] = ()


class ReplayStopped(NotReachable):
    """A collaborator did not answer, so the replay cannot go on now; it can be resumed."""


class Judge(ABC):
    """Lets the handler of a topic answer records again, and compares."""

    #: How many records may be judged at the same time.
    at_once = 1

    def __init__(self, topic: Topic, *, dead_letters: DeadLetters, codec: Codec) -> None:
        self._topic = topic
        self._dead_letters = dead_letters
        self._codec = codec

    @abstractmethod
    async def survey(self, partition: int) -> None:
        """Learn what was published for the records of ``partition``, which come next."""

    @abstractmethod
    async def compare(self, record: Record, event: Event[Any]) -> Judgement:
        """Let the handler answer ``event`` and compare. Raises what the handler raises."""

    async def judge(self, record: Record) -> Judgement:
        """Return the verdict on ``record``. Raises ``ReplayStopped`` when a collaborator does not answer."""
        try:
            return await self.compare(record, self.decode(record))
        except UndecodableRecord as error:
            return self._given_up(record, "undecodable", str(error))
        except Rejected as error:
            return self._given_up(record, "rejected", error.reason)
        except Retryable as error:
            raise ReplayStopped(f"The replay cannot go on now: {error.reason} It can be resumed.") from error
        except MunimentError:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever a handler raises is a finding, not our end
            what = f"the handler has a fault ({type(fault).__name__})"
            return mismatch("fault", self._difference(record, what))

    def decode(self, record: Record) -> Event[Any]:
        """Return the event in a record of the replayed topic. Raises ``UndecodableRecord``."""
        return event_from(self._topic, record.key, record.value, record.headers, codec=self._codec)

    def encode(self, event: Event[Any]) -> Computed:
        """Return an answer as the broker would get it."""
        record = to_record(event, codec=self._codec)
        return Computed(event.topic, record, canonical_digest(*record))

    def _given_up(self, record: Record, reason: str, message: str) -> Judgement:
        letter = self._dead_letters.of(record)
        if letter is not None and letter.reason == reason:
            return Judgement(Verdict.MATCHED, f"dead-letter-{reason}")
        then = f"given up on as {letter.reason}" if letter is not None else "no dead letter tells of it"
        return mismatch(f"now-{reason}", self._difference(record, f"{message} Then: {then}."))

    def _difference(self, record: Record, what: str) -> Difference:
        return Difference.of(record, self._topic, what)


def mismatch(reason: str, *differences: Difference, answers: Sequence[Computed] = ()) -> Judgement:
    """Return the verdict that something differs."""
    return Judgement(Verdict.MISMATCHED, reason, answers, differences)
