"""Which documents an event calls for, and under which numbers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from document_renderer.numbering import (
    IssuedInvoice,
    Prefixes,
    edits_since_payment,
    invoice_history,
    number_base,
    numbered,
    revision,
)
from document_renderer.rules import Kind, Rules
from document_renderer.snapshot import Fulfillment, Refund, Snapshot, Transaction
from muniment_contracts.bodies import OrderChange
from muniment_kit.errors import Rejected


@dataclass(frozen=True, slots=True)
class Selected:
    """One document to be made. ``place`` is where its part stands in the snapshot's list, from 0.

    ``is_corrected`` says of an invoice that edits followed the first payment.
    """

    kind: Kind
    number: str
    refers_to: str | None = None
    place: int | None = None
    is_corrected: bool = False


class _Part(Protocol):
    @property
    def id(self) -> str: ...


def select_documents(
    change: OrderChange, snapshot: Snapshot | None, *, event_id: str, rules: Rules, prefixes: Prefixes
) -> tuple[Selected, ...]:
    """Return the documents that ``change`` calls for, in the order of the rules.

    A change without a rule calls for none. Without a snapshot (the order is gone) only the source event is
    kept. Raises Rejected if the change names a part that its snapshot does not have.
    """
    issuing = _Issuing(change, snapshot, event_id, prefixes)
    kinds = rules.get(change.change, ())
    selected = (_SELECTORS[kind](issuing) for kind in kinds if snapshot or kind is Kind.SOURCE_EVENT)
    return tuple(document for document in selected if document)


@dataclass(frozen=True, slots=True)
class _Issuing:
    change: OrderChange
    known: Snapshot | None
    event_id: str
    prefixes: Prefixes

    @property
    def snapshot(self) -> Snapshot:
        if self.known is None:
            raise Rejected("The order is gone, so no document can be issued for it.")
        return self.known

    def number(self, kind: Kind, suffix: str | int | None = None) -> str:
        base = number_base(self.change.order_name, self.change.order_id)
        return numbered(self.prefixes[kind], base, suffix)

    def place(self, parts: Sequence[_Part], called: str) -> int:
        for place, part in enumerate(parts):
            if part.id == self.change.part:
                return place
        raise Rejected(
            f"The change {self.change.change} names {called} its snapshot lacks. Fetch the order again."
        )


def _order_confirmation(issuing: _Issuing) -> Selected:
    kind, edits = Kind.ORDER_CONFIRMATION, issuing.snapshot.edits
    if issuing.change.change == "order.cancelled":
        return Selected(kind, issuing.number(kind, "C"), issuing.number(kind, revision(len(edits))))
    if issuing.change.change == "order.edited":
        place = issuing.place(edits, "an edit")
        return Selected(kind, issuing.number(kind, place + 2), issuing.number(kind, revision(place)), place)
    return Selected(kind, issuing.number(kind))


def _invoice(issuing: _Issuing) -> Selected:
    edits = _edits_paid_for(issuing)
    former = [invoice for invoice in invoice_history(issuing.snapshot) if invoice.edits < edits]
    number = issuing.number(Kind.INVOICE, revision(edits))
    return Selected(Kind.INVOICE, number, _invoice_number(issuing, former), is_corrected=edits > 0)


def _edits_paid_for(issuing: _Issuing) -> int:
    """Return how many edits after the first payment were paid for: the change names the last of them."""
    if issuing.change.part is None:
        return 0
    edit = issuing.snapshot.edits[issuing.place(issuing.snapshot.edits, "an edit")]
    return edits_since_payment(issuing.snapshot, edit.at)


def _credit_note(issuing: _Issuing) -> Selected | None:
    place = issuing.place(issuing.snapshot.refunds, "a refund")
    refund: Refund = issuing.snapshot.refunds[place]
    if not refund.total:
        return None
    before = [invoice for invoice in invoice_history(issuing.snapshot) if invoice.at <= refund.created_at]
    number = issuing.number(Kind.CREDIT_NOTE, place + 1)
    return Selected(Kind.CREDIT_NOTE, number, _invoice_number(issuing, before), place)


def _payment_record(issuing: _Issuing) -> Selected | None:
    place = issuing.place(issuing.snapshot.transactions, "a transaction")
    transaction: Transaction = issuing.snapshot.transactions[place]
    if transaction.status != "SUCCESS" or transaction.kind not in ("SALE", "CAPTURE", "REFUND"):
        return None
    return Selected(Kind.PAYMENT_RECORD, issuing.number(Kind.PAYMENT_RECORD, place + 1), None, place)


def _shipping_confirmation(issuing: _Issuing) -> Selected | None:
    place = issuing.place(issuing.snapshot.fulfillments, "a fulfilment")
    fulfillment: Fulfillment = issuing.snapshot.fulfillments[place]
    if fulfillment.status in ("CANCELLED", "ERROR", "FAILURE"):  # nothing is on its way
        return None
    return Selected(
        Kind.SHIPPING_CONFIRMATION, issuing.number(Kind.SHIPPING_CONFIRMATION, place + 1), None, place
    )


def _source_event(issuing: _Issuing) -> Selected:
    return Selected(Kind.SOURCE_EVENT, issuing.number(Kind.SOURCE_EVENT, short_id(issuing.event_id)))


def short_id(event_id: str) -> str:
    """Return the first twelve hex digits of an event's id: enough to tell the events of one order apart."""
    return event_id.replace("-", "")[:12]


def _invoice_number(issuing: _Issuing, history: Sequence[IssuedInvoice]) -> str | None:
    return issuing.number(Kind.INVOICE, revision(history[-1].edits)) if history else None


_SELECTORS: dict[Kind, Callable[[_Issuing], Selected | None]] = {
    Kind.ORDER_CONFIRMATION: _order_confirmation,
    Kind.INVOICE: _invoice,
    Kind.CREDIT_NOTE: _credit_note,
    Kind.PAYMENT_RECORD: _payment_record,
    Kind.SHIPPING_CONFIRMATION: _shipping_confirmation,
    Kind.SOURCE_EVENT: _source_event,
}
