"""Records the current state of what hooks are about: all waiting hooks of one object, one fetch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from muniment_contracts.bodies import CommerceChange, HookReceived
from muniment_contracts.events import Event
from muniment_contracts.identifiers import parse_key
from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_shopify.aggregates import Aggregate
from muniment_shopify.snapshots import PARTS
from shopify_ingest.hook_bodies import BlobReader, with_body
from shopify_ingest.metrics import HOOKS_RECORDED
from shopify_ingest.record.deliveries import Deliveries
from shopify_ingest.record.events import events_by_hooks
from shopify_ingest.record.fulfillment_changes import is_of_fulfillment
from shopify_ingest.record.objects import AnySnapshot, Objects
from shopify_ingest.record.privacy_requests import OF_CUSTOMER, OF_SHOP, request_event
from shopify_ingest.record.recorders import RECORDERS, changes_by_hooks
from shopify_ingest.record.subject import Subject
from shopify_ingest.record.telling import Told, told_by

#: Seconds to wait before asking again when the answer is older than what the hook says.
STALE_AFTER_S = 1.0


async def record_hooks(
    hooks: Sequence[Event[HookReceived]],
    *,
    objects: Objects,
    deliveries: Deliveries,
    blobs: BlobReader,
) -> Done:
    """Publish what changed on the objects that ``hooks`` (of one key) are about, each as fetched once.

    Hooks of a topic that is kept, that do not say what they are about, that could not be read or that were
    delivered before stay in ``shopify.hooks`` and lead to nothing here.
    """
    first = [hook for hook in hooks if not deliveries.repeats(hook)]
    told = [each for hook in first if (each := told_by(await with_body(hook, blobs))) is not None]
    events = await _events_of(told, objects) if told else []
    HOOKS_RECORDED.labels("repeated").inc(len(hooks) - len(first))
    HOOKS_RECORDED.labels("kept").inc(len(first) - len(told))
    HOOKS_RECORDED.labels("recorded").inc(len(told))
    return Done(*events)


async def _events_of(told: Sequence[Told], objects: Objects) -> list[Event[CommerceChange]]:
    asking = _Asking(told[0].event.body.shop, objects)
    groups: dict[Aggregate, list[Told]] = {}
    for each in told:
        groups.setdefault(await asking.subject_of(each.about), []).append(each)
    events: list[Event[CommerceChange]] = []
    for about, of_object in groups.items():
        events += await asking.record(about, of_object)
    return events


@dataclass(slots=True)
class _Asking:
    """One batch of hooks: everything is asked for once at most."""

    shop: str
    objects: Objects
    owners: dict[Aggregate, Aggregate] = field(default_factory=dict)

    async def subject_of(self, about: Aggregate) -> Aggregate:
        """Return the object that a part belongs to, the part itself when nobody knows any more."""
        if about.kind not in PARTS:
            return about
        if about not in self.owners:
            self.owners[about] = await self.objects.owner(self.shop, about) or about
        return self.owners[about]

    async def record(self, about: Aggregate, told: Sequence[Told]) -> list[Event[CommerceChange]]:
        if about.kind in (OF_CUSTOMER, OF_SHOP):
            return [request_event(about, each) for each in told]
        subject = await self._found(about, told)
        _refuse_stale(subject, told)
        changes = changes_by_hooks([each.hook for each in told], subject)
        return events_by_hooks(changes, subject, told)

    async def _found(self, about: Aggregate, told: Sequence[Told]) -> Subject:
        snapshot: AnySnapshot | None = None
        theirs = None
        if about.kind == "order":
            snapshot = await self.objects.order(self.shop, about.id)
            if snapshot is not None and any(is_of_fulfillment(each.hook.change) for each in told):
                theirs = await self.objects.fetch(self.shop, "fulfillment-orders", about.id)
        elif about.kind in RECORDERS:
            snapshot = await self.objects.fetch(self.shop, about.kind, about.id)
        kind, id = parse_key(told[0].event.key)[1:]
        return Subject(
            shop=self.shop,
            about=about,
            snapshot=snapshot,
            fulfillment_orders=theirs,
            owner=id if kind == "order" else None,
        )


def _refuse_stale(subject: Subject, told: Sequence[Told]) -> None:
    """Raise ``Retryable`` when the answer is older than the state that a hook about the object itself shows.

    A read replica may lag behind for a moment. A hook that shows a time after its own trigger is not heeded.
    """
    recorder = RECORDERS.get(subject.about.kind)
    if subject.snapshot is None or recorder is None or not recorder.is_dated:
        return
    for each in told:
        shown = each.hook.moment("updated_at") if each.hook.part is None else None
        if shown is not None and subject.snapshot.updated_at < shown <= each.hook.triggered_at:
            raise Retryable(
                f"The answer is older than what {each.hook.topic} showed; it is asked for again.",
                after=STALE_AFTER_S,
            )
