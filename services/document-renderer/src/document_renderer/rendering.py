"""One change in, its finished documents out: the pure heart of the service, without Kafka or blobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from document_renderer.documents.source_event import source_event
from document_renderer.numbering import Prefixes
from document_renderer.plain_names import plain_name
from document_renderer.rules import Kind, Rules
from document_renderer.selection import Selected, select_documents
from document_renderer.snapshot import Snapshot
from document_renderer.snapshot_fields import SnapshotFault
from document_renderer.snapshot_reading import read_snapshot
from document_renderer.typesetting import Typesetter
from document_renderer.writing import Writer
from muniment_contracts.bodies import OrderChange
from muniment_contracts.events import Event

# File names are for the archive's people, so they are in one language, whatever the buyer's.
_FILE_TITLES = {
    Kind.ORDER_CONFIRMATION: "Order confirmation",
    Kind.INVOICE: "Invoice",
    Kind.CREDIT_NOTE: "Credit note",
    Kind.PAYMENT_RECORD: "Payment record",
    Kind.SHIPPING_CONFIRMATION: "Shipping confirmation",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document: its bytes and what the archive must know of it."""

    selected: Selected
    name: str
    title: str
    language: str
    media_type: str
    business_date: date
    template_version: str
    content: bytes


class Renderer:
    """Turns changes into documents: a pure function of the event, the template and the fonts."""

    def __init__(self, typesetter: Typesetter, writer: Writer, *, rules: Rules, prefixes: Prefixes) -> None:
        self._typesetter = typesetter
        self._writer = writer
        self._rules = rules
        self._prefixes = prefixes

    def heeds(self, change: OrderChange) -> bool:
        """Say whether a rule tells what this change calls for; the others are for other readers."""
        return change.change in self._rules

    def read(self, change: OrderChange) -> Snapshot | None:
        """Return the change's snapshot, or ``None`` of an order that is gone. Raises SnapshotFault."""
        if change.state == "gone":
            return None
        snapshot = read_snapshot(change.snapshot)
        if snapshot.order.number != change.order_id:
            raise SnapshotFault("order.id", "is not the order that the event is about")
        return snapshot

    def select(self, event: Event[OrderChange], snapshot: Snapshot | None) -> tuple[Selected, ...]:
        return select_documents(
            event.body, snapshot, event_id=event.id, rules=self._rules, prefixes=self._prefixes
        )

    def render(
        self, event: Event[OrderChange], snapshot: Snapshot | None, documents: tuple[Selected, ...]
    ) -> Iterator[Rendered]:
        """Make ``documents`` one after another. Raises FiguresDoNotAddUp."""
        for selected in documents:
            if selected.kind is Kind.SOURCE_EVENT or snapshot is None:
                yield self._source_event(event, selected)
            else:
                yield self._pdf(event, selected, snapshot)

    def _pdf(self, event: Event[OrderChange], selected: Selected, snapshot: Snapshot) -> Rendered:
        content = self._writer.write(selected, event.body, snapshot)
        pdf = self._typesetter.pdf(
            content,
            snapshot=event.body.snapshot,
            at=event.time,
            locale_tag=self._writer.formats(snapshot).tag,
        )
        return Rendered(
            selected=selected,
            name=f"{_FILE_TITLES[selected.kind]} {selected.number}.pdf",
            title=content.title,
            language=content.language,
            media_type="application/pdf",
            business_date=content.business_date,
            template_version=self._typesetter.template_version,
            content=pdf,
        )

    def _source_event(self, event: Event[OrderChange], selected: Selected) -> Rendered:
        change = event.body
        day = f"{change.occurred_at:%Y%m%dT%H%M%SZ}"
        name = plain_name(f"{day} {change.change} {selected.number.rpartition('-')[2]}")
        return Rendered(
            selected=selected,
            name=f"{name}.json",
            title=f"Source event {change.change} {selected.number}",
            language="en",
            media_type="application/json",
            business_date=change.occurred_at.date(),
            template_version="source-event-1",
            content=source_event(event),
        )
