"""Hooks against the changes that were recorded for them, out of the snapshots that were fetched then.

Recording asks the shop, so it cannot be done again; what the shop told is in the record. A commerce event
names all hooks of its object in the batch and carries the snapshot. Events with the same key, hooks and
snapshot are one *recording*. It is verified by giving the same hooks to today's handler together, over
``Objects`` that serve that snapshot:

- every event of the recording must come out, byte for byte, and nothing else;
- but a change that comes out and was published only with another batch of the same order is no difference:
  the process died between two acknowledgements, and the redelivered hooks were grouped anew;
- a hook whose topic is recorded must be named by at least one recording; any other leads to nothing.

A part's hook may have another key than the events it led to (a hold's is its fulfilment order, theirs the
order): their recordings may be in any partition, and are looked up in all of them once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from muniment_contracts.bodies import CommerceChange, HookReceived
from muniment_contracts.codec import Codec
from muniment_contracts.errors import UndecodableRecord
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_kit.records import Record
from muniment_kit.service import Coalesced
from muniment_ops.replay.differences import Difference, field_differences
from muniment_ops.replay.judging import Computed, Judge, Judgement, Verdict, mismatch
from muniment_ops.replay.plan import Plan
from muniment_ops.replay.published import Answers, DeadLetters, Deliveries, Published
from muniment_ops.replay.recorded_objects import RecordedObjects, core_of
from shopify_ingest.app import build_record
from shopify_ingest.hook_bodies import BlobReader, HookBodyMissing, with_body
from shopify_ingest.record import may_be_keyed_otherwise, told_by


@dataclass(slots=True, eq=False)
class Recording:
    """The events that one batch of hooks led to, by canonical hash; ``hooks`` are the ids of the batch's
    events.
    """

    key: str
    hooks: tuple[str, ...]
    published: dict[str, Published] = field(default_factory=dict)
    judgement: Judgement | None = None


class HooksJudge(Judge):
    """Names the changes anew from the hooks and the snapshot that was published with them."""

    def __init__(
        self,
        topic: Topic,
        plan: Plan,
        *,
        answers: Answers,
        deliveries: Deliveries,
        dead_letters: DeadLetters,
        codec: Codec,
        show_personal: bool,
        blobs: BlobReader,
    ) -> None:
        super().__init__(topic, dead_letters=dead_letters, codec=codec)
        self._windows = {window.partition: window for window in plan.windows}
        self._answers = answers
        self._deliveries = deliveries
        self._show_personal = show_personal
        self._blobs = blobs
        self._recordings: dict[tuple[str, str], list[Recording]] = {}
        self._facts: set[str] = set()
        self._elsewhere: dict[str, list[Recording]] | None = None

    async def survey(self, partition: int) -> None:
        if self._elsewhere is None:
            self._elsewhere = {}
            for other in self._windows:
                await self._survey(other, moved=True)
        self._recordings, self._facts = {}, set()
        await self._survey(partition, moved=False)

    async def compare(self, record: Record, event: Event[HookReceived]) -> Judgement:
        try:
            return await self._compare(record, event)
        except HookBodyMissing as error:
            return mismatch("body-missing", Difference.of(record, self._topic, error.reason))

    async def _compare(self, record: Record, event: Event[HookReceived]) -> Judgement:
        recordings = self._recordings.get((event.key, event.id)) or (self._elsewhere or {}).get(event.id)
        if recordings is None:
            return await self._unrecorded(record, event)
        computed: list[Computed] = []
        differences: list[Difference] = []
        reasons = []
        for recording in recordings:
            found = await self._judged(record, recording)
            reasons += [found.reason] if found.verdict is Verdict.MISMATCHED else []
            if await self._tells(record, event, recording):
                computed += found.answers
                differences += found.differences
        if reasons:
            return mismatch(reasons[0], *differences, answers=computed)
        return Judgement(Verdict.MATCHED, answers=computed)

    async def _survey(self, partition: int, *, moved: bool) -> None:
        """Learn the recordings in the answers of ``partition``: those of parts' hooks if ``moved``, or the
        rest.
        """
        known: dict[tuple[object, ...], Recording] = {}
        async for topic, record in self._answers.records(partition):
            try:
                event = event_from(topic, record.key, record.value, record.headers, codec=self._codec)
            except UndecodableRecord:
                continue  # the judge of its own topic tells of it
            if moved == any(may_be_keyed_otherwise(hook.hook) for hook in event.body.hooks):
                self._note(known, event, self._answers.published(topic, record), moved=moved)

    def _note(
        self,
        known: dict[tuple[object, ...], Recording],
        event: Event[CommerceChange],
        published: Published,
        *,
        moved: bool,
    ) -> None:
        body = event.body
        hooks = tuple(deterministic_id(body.shop, "hook", hook.webhook_id) for hook in body.hooks)
        what = (event.key, hooks, body.state, sha256(core_of(body)).hexdigest())
        recording = known.get(what)
        if recording is None:
            recording = known[what] = Recording(event.key, hooks)
            for hook in dict.fromkeys(hooks):
                if moved and self._elsewhere is not None:
                    self._elsewhere.setdefault(hook, []).append(recording)
                else:
                    self._recordings.setdefault((event.key, hook), []).append(recording)
        recording.published[published.digest] = published
        self._facts.add(event.id)

    async def _unrecorded(self, record: Record, event: Event[HookReceived]) -> Judgement:
        """Judge a hook that no change names: only one that is kept, and no more, may lead to nothing."""
        if told_by(await with_body(event, self._blobs)) is None:
            return Judgement(Verdict.MATCHED, "kept-only")
        letter = self._dead_letters.of(record)
        then = f"It was given up on as {letter.reason}." if letter else "No dead letter tells of it either."
        what = f"No recorded change names this hook ({event.body.hook}). {then}"
        return mismatch("not-recorded", Difference.of(record, Topic.COMMERCE_ORDERS, what))

    async def _tells(self, record: Record, event: Event[HookReceived], recording: Recording) -> bool:
        """Say whether this record is the first of the recording's hooks that is in the window: it tells for
        all.
        """
        window = self._windows[record.partition]
        for hook in recording.hooks:
            offsets = await self._deliveries.of(hook, record.partition)
            inside = [offset for offset in offsets if window.start <= offset < window.end]
            if inside:
                return hook == event.id and inside[0] == record.offset
        return False

    async def _judged(self, record: Record, recording: Recording) -> Judgement:
        if recording.judgement is None:
            recording.judgement = await self._verify(record, recording)
        return recording.judgement

    async def _verify(self, record: Record, recording: Recording) -> Judgement:
        hooks = await self._hooks(record, recording)
        if hooks is None:
            what = "A hook that the recorded change names is not kept around this window."
            return mismatch("hook-missing", Difference.of(record, self._topic, what))
        then = [await self._decoded(published) for published in recording.published.values()]
        first = then[0]
        try:
            done = await _record(hooks, RecordedObjects(then))
        except Retryable as error:
            what = f"Today's handler would wait with the snapshot of then: {error.reason}"
            return mismatch("would-wait", Difference.of(record, first.topic, what))
        return await self._compared(record, recording, [self.encode(event) for event in done.events])

    async def _compared(
        self, record: Record, recording: Recording, computed: Sequence[Computed]
    ) -> Judgement:
        now = {answer.digest: answer for answer in computed}
        then = [await self._decoded(p) for digest, p in recording.published.items() if digest not in now]
        differences = []
        for answer in (answer for digest, answer in now.items() if digest not in recording.published):
            event = event_from(answer.topic, *answer.record, codec=self._codec)
            twin = next((other for other in then if other.id == event.id), None)
            if twin is not None:
                then.remove(twin)
                fields = field_differences(twin, event, show_personal=self._show_personal)
                what = f"{event.type} is not as it was published."
                differences.append(Difference.of(record, answer.topic, what, fields))
            elif event.id not in self._facts:
                what = f"{event.type} is named now, and was not published."
                differences.append(Difference.of(record, answer.topic, what))
        differences += [
            Difference.of(record, other.topic, f"{other.type} was published, and is not named now.")
            for other in then
        ]
        if differences:
            return mismatch("differs", *differences, answers=computed)
        return Judgement(Verdict.MATCHED, answers=computed)

    async def _hooks(self, record: Record, recording: Recording) -> list[Event[HookReceived]] | None:
        """Return the recording's hooks in their order; of one delivered more than once the nth stands nth."""
        hooks: list[Event[HookReceived]] = []
        taken: dict[str, int] = {}
        for hook in recording.hooks:
            offsets = await self._deliveries.of(hook, record.partition)
            if not offsets:
                return None
            place = taken[hook] = taken.get(hook, -1) + 1
            found = await self._deliveries.fetch(record.partition, offsets[min(place, len(offsets) - 1)])
            if found is None:
                return None
            hooks.append(await with_body(self.decode(found), self._blobs))
        return hooks

    async def _decoded(self, published: Published) -> Event[Any]:
        record = await self._answers.fetch(published)
        return event_from(published.topic, record.key, record.value, record.headers, codec=self._codec)


async def _record(hooks: Sequence[Event[HookReceived]], objects: RecordedObjects) -> Done:
    entry = build_record(objects=objects).table[Topic.SHOPIFY_HOOKS]
    if not isinstance(entry, Coalesced):
        raise TypeError("Hooks are recorded in batches.")
    return await entry.handle(hooks)
