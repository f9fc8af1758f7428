"""Shipping confirmation: what is on its way, to where, and how to follow it."""

from __future__ import annotations

from collections.abc import Sequence

from document_renderer.documents.content import Cell, Column, Content, Item, Table
from document_renderer.documents.letter import Body, Letter, order_facts, shipping_party
from document_renderer.snapshot import Fulfillment


def shipping_confirmation(letter: Letter) -> Content:
    """Return the confirmation of the shipment that was selected."""
    shipment = letter.snapshot.fulfillments[letter.selected.place or 0]
    expected = shipment.estimated_delivery_at
    return letter.write(
        Body(
            heading=letter.say("kind.shipping-confirmation"),
            at=shipment.created_at,
            facts=[
                *order_facts(letter),
                *letter.fact("expected-on", letter.formats.date(expected) if expected else None),
            ],
            parties=shipping_party(letter),
            lead=[letter.say("lead.shipping", order=letter.order.name)],
            lines=_line_table(letter, shipment),
            tables=_tracking_tables(letter, shipment),
        )
    )


def _line_table(letter: Letter, shipment: Fulfillment) -> Table:
    columns = [
        Column(letter.say("column.position"), "end"),
        Column(letter.say("column.item"), wide=True),
        Column(letter.say("column.quantity"), "end"),
    ]
    rows: list[Sequence[Cell]] = [
        [
            str(place),
            Item(line.title, (letter.say("line.sku", sku=line.sku),) if line.sku else ()),
            letter.formats.count(line.quantity),
        ]
        for place, line in enumerate(shipment.lines, start=1)
    ]
    return Table(letter.say("table.lines"), columns, rows)


def _tracking_tables(letter: Letter, shipment: Fulfillment) -> list[Table]:
    rows = [[parcel.company or "–", parcel.number or "–"] for parcel in shipment.tracking]
    if not rows:
        return []
    columns = [Column(letter.say("column.carrier")), Column(letter.say("column.tracking-number"), wide=True)]
    return [Table(letter.say("table.tracking"), columns, rows)]
