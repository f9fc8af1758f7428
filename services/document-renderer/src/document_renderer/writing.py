"""From a selected document to its content: each kind's own function, in the buyer's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from document_renderer.documents.content import Content, Seller
from document_renderer.documents.credit_note import credit_note
from document_renderer.documents.invoice import invoice
from document_renderer.documents.letter import Letter
from document_renderer.documents.order_confirmation import order_confirmation
from document_renderer.documents.payment_record import payment_record
from document_renderer.documents.shipping_confirmation import shipping_confirmation
from document_renderer.locales import Formats, formats_for
from document_renderer.rules import Kind
from document_renderer.selection import Selected
from document_renderer.snapshot import Snapshot
from document_renderer.wording import languages, wordings
from muniment_contracts.bodies import OrderChange

_WRITERS: Mapping[Kind, Callable[[Letter], Content]] = {
    Kind.ORDER_CONFIRMATION: order_confirmation,
    Kind.INVOICE: invoice,
    Kind.CREDIT_NOTE: credit_note,
    Kind.PAYMENT_RECORD: payment_record,
    Kind.SHIPPING_CONFIRMATION: shipping_confirmation,
}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes documents in the name of one seller."""

    seller: Seller
    default_locale: str

    def formats(self, snapshot: Snapshot) -> Formats:
        return formats_for(snapshot.order.locale, languages(), self.default_locale)

    def write(self, selected: Selected, change: OrderChange, snapshot: Snapshot) -> Content:
        """Return what the selected document says. Raises FiguresDoNotAddUp."""
        formats = self.formats(snapshot)
        letter = Letter(
            selected=selected,
            snapshot=snapshot,
            change=change.change,
            occurred_at=change.occurred_at,
            wording=wordings()[formats.language],
            formats=formats,
            seller=self.seller,
        )
        return _WRITERS[selected.kind](letter)
