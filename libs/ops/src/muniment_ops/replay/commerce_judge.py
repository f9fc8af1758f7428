"""Commerce events against the documents that were produced for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from muniment_contracts.codec import Codec
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.records import Record
from muniment_kit.service import Handler
from muniment_ops.replay.differences import Difference, field_differences
from muniment_ops.replay.judging import Computed, Judge, Judgement, Verdict, mismatch
from muniment_ops.replay.published import Answers, DeadLetters, Deliveries, Published


class CommerceJudge(Judge):
    """Produces the documents anew. They are a pure function of the event, so they must be the same bytes.

    One change may have been delivered with an older and a newer snapshot; its documents then differ from
    delivery to delivery. Each computed document must be among those published, and each published one must
    come out of one of the deliveries.
    """

    at_once = 4

    def __init__(
        self,
        topic: Topic,
        handler: Handler,
        *,
        answers: Answers,
        deliveries: Deliveries,
        dead_letters: DeadLetters,
        codec: Codec,
        show_personal: bool,
    ) -> None:
        super().__init__(topic, dead_letters=dead_letters, codec=codec)
        self._handler = handler
        self._answers = answers
        self._deliveries = deliveries
        self._show_personal = show_personal

    async def survey(self, partition: int) -> None:
        await self._answers.survey(partition)

    async def compare(self, record: Record, event: Event[Any]) -> Judgement:
        computed = await self._compute(event)
        published = self._answers.caused_by(event.id, record.key)
        now = {answer.digest for answer in computed}
        then = {answer.digest for answer in published}
        missing = [answer for answer in computed if answer.digest not in then]
        surplus = _distinct(answer for answer in published if answer.digest not in now)
        if not missing and not surplus:
            return Judgement(Verdict.MATCHED, answers=computed)
        if surplus:
            surplus = await self._unexplained(record, event, surplus)
        if not missing and not surplus:
            return Judgement(Verdict.MATCHED, "delivered-more-than-once", computed)
        reason = "differs" if missing and surplus else "not-published" if missing else "not-produced"
        return mismatch(reason, *await self._differences(record, missing, surplus), answers=computed)

    async def _compute(self, event: Event[Any]) -> Sequence[Computed]:
        done = await self._handler(event)
        return [self.encode(answer) for answer in done.events]

    async def _unexplained(
        self, record: Record, event: Event[Any], surplus: Sequence[Published]
    ) -> list[Published]:
        """Return what of ``surplus`` no other delivery of the same fact leads to."""
        left = {answer.digest: answer for answer in surplus}
        for offset in await self._deliveries.of(event.id, record.partition):
            if offset == record.offset or not left:
                continue
            other = await self._deliveries.fetch(record.partition, offset)
            if other is not None and other.key == record.key:
                for answer in await self._compute(self.decode(other)):
                    left.pop(answer.digest, None)
        return list(left.values())

    async def _differences(
        self, record: Record, missing: Sequence[Computed], surplus: Sequence[Published]
    ) -> list[Difference]:
        then = [await self._decoded(answer) for answer in surplus]
        found = []
        for answer in missing:
            now = event_from(answer.topic, *answer.record, codec=self._codec)
            twin = _twin_of(now, then)
            if twin is not None:
                then.remove(twin)
            what = f"{_named(now)} is not as it was published" if twin else f"{_named(now)} was not published"
            fields = field_differences(twin, now, show_personal=self._show_personal) if twin else ()
            found.append(Difference.of(record, answer.topic, f"{what}.", fields))
        found += [
            Difference.of(record, other.topic, f"{_named(other)} was published, and is not produced now.")
            for other in then
        ]
        return found

    async def _decoded(self, answer: Published) -> Event[Any]:
        record = await self._answers.fetch(answer)
        return event_from(answer.topic, record.key, record.value, record.headers, codec=self._codec)


def _distinct(answers: Iterable[Published]) -> list[Published]:
    return list({answer.digest: answer for answer in answers}.values())


def _twin_of(now: Event[Any], then: Sequence[Event[Any]]) -> Event[Any] | None:
    """Return the answer published then that is about the same document."""
    for other in then:
        if (other.body.kind, other.body.number) == (now.body.kind, now.body.number):
            return other
    return None


def _named(event: Event[Any]) -> str:
    return f"{event.body.kind} {event.body.number}"
