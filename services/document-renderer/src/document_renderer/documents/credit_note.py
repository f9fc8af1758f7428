"""Credit note: what one refund gives back, and from which invoice."""

from __future__ import annotations

from collections.abc import Sequence

from document_renderer.documents.content import Cell, Column, Content, Sum, Table
from document_renderer.documents.letter import Body, Letter, order_facts, parties
from document_renderer.documents.order_lines import item_cell, rates, tax_sums, tax_tables
from document_renderer.refund_figures import RefundFigures, refund_figures


def credit_note(letter: Letter) -> Content:
    """Return the credit note for the refund that was selected. Raises FiguresDoNotAddUp."""
    refund = letter.snapshot.refunds[letter.selected.place or 0]
    figures = refund_figures(letter.order, refund)
    refers_to = letter.selected.refers_to
    lead = (
        letter.say("lead.credit-note", refers_to=refers_to)
        if refers_to
        else letter.say("lead.credit-note-without-invoice", order=letter.order.name)
    )
    included = figures.taxes_included and figures.tax
    return letter.write(
        Body(
            heading=letter.say("kind.credit-note"),
            at=refund.created_at,
            facts=[*letter.fact("invoice", refers_to), *order_facts(letter)],
            parties=parties(letter),
            lead=[lead],
            lines=_line_table(letter, figures) if figures.lines else None,
            sums=_sums(letter, figures),
            tables=tax_tables(letter, figures.tax_rows),
            notes=[letter.say("note.prices-include-tax")] if included else [],
        )
    )


def _line_table(letter: Letter, figures: RefundFigures) -> Table:
    say = letter.say
    columns = [
        Column(say("column.position"), "end"),
        Column(say("column.item"), wide=True),
        Column(say("column.quantity"), "end"),
        Column(say("column.tax-rate"), "end"),
        Column(say("column.amount"), "end"),
    ]
    rows: list[Sequence[Cell]] = [
        [
            str(place),
            item_cell(letter, line.item),
            letter.formats.count(line.quantity),
            rates(letter, line.item.taxes),
            letter.money(line.amount),
        ]
        for place, line in enumerate(figures.lines, start=1)
    ]
    return Table(say("table.lines"), columns, rows)


def _sums(letter: Letter, figures: RefundFigures) -> Sequence[Sum]:
    say, money = letter.say, letter.money
    sums: list[Sum] = []
    if figures.lines:
        subtotal = sum((line.amount for line in figures.lines[1:]), figures.lines[0].amount)
        sums.append(Sum(say("total.subtotal"), money(subtotal)))
    if figures.shipping:
        sums.append(Sum(say("total.shipping"), money(figures.shipping)))
    sums += [Sum(say("total.adjustment"), money(part.amount)) for part in figures.adjustments]
    if not figures.taxes_included:
        sums += tax_sums(letter, "total.tax", figures.tax_rows)
    sums.append(Sum(say("total.credit", currency=figures.currency), money(figures.total), "strong"))
    if figures.taxes_included:
        sums += tax_sums(letter, "total.included-tax", figures.tax_rows, "quiet")
    return sums
