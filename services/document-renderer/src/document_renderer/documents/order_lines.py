"""The lines of an order, its totals and its taxes, as confirmations and invoices show them."""

from __future__ import annotations

from collections.abc import Sequence

from document_renderer.documents.content import Cell, Column, Item, Sum, Table
from document_renderer.documents.letter import Letter
from document_renderer.figures import BilledLine, OrderFigures, TaxRow
from document_renderer.snapshot import LineItem, TaxLine


def line_table(letter: Letter, figures: OrderFigures) -> Table:
    """Return the billed lines; the discount column is there only if something was discounted."""
    say, discounted = letter.say, any(line.discount for line in figures.lines)
    columns = [
        Column(say("column.position"), "end"),
        Column(say("column.item"), wide=True),
        Column(say("column.quantity"), "end"),
        Column(say("column.unit-price"), "end"),
        *([Column(say("column.discount"), "end")] if discounted else []),
        Column(say("column.tax-rate"), "end"),
        Column(say("column.amount"), "end"),
    ]
    rows = [_row(letter, place, line, discounted) for place, line in enumerate(figures.lines, start=1)]
    return Table(say("table.lines"), columns, rows)


def _row(letter: Letter, place: int, line: BilledLine, discounted: bool) -> Sequence[Cell]:
    discount = letter.money(-line.discount) if line.discount else ""
    return [
        str(place),
        item_cell(letter, line.item),
        letter.formats.count(line.quantity),
        letter.money(line.item.unit_price),
        *([discount] if discounted else []),
        rates(letter, line.taxes),
        letter.money(line.amount),
    ]


def item_cell(letter: Letter, item: LineItem) -> Item:
    """Return the title, and beneath it variant, SKU and what sort of thing it is."""
    small = [item.variant] if item.variant and item.variant != "Default Title" else []
    if item.sku:
        small.append(letter.say("line.sku", sku=item.sku))
    if item.is_gift_card:
        small.append(letter.say("line.gift-card"))
    return Item(item.title, (" · ".join(small),) if small else ())


def rates(letter: Letter, taxes: Sequence[TaxLine]) -> str:
    """Return the rates of one line: ``19 %``, or several joined, or a dash."""
    return " + ".join(letter.formats.percent(tax.rate) for tax in taxes) or "–"


def order_sums(letter: Letter, figures: OrderFigures) -> list[Sum]:
    """Return the way from the subtotal to the total."""
    totals, say, money = figures.totals, letter.say, letter.money
    sums = [Sum(say("total.subtotal"), money(totals.subtotal))]
    sums += [
        Sum(say("line.shipping", title=line.title), money(line.discounted)) for line in figures.shipping_lines
    ]
    extras = (("duties", totals.duties), ("fees", totals.fees))
    sums += [Sum(say(f"total.{key}"), money(amount)) for key, amount in extras if amount]
    if not figures.taxes_included:
        sums += tax_sums(letter, "total.tax", figures.tax_rows)
    if totals.tip:
        sums.append(Sum(say("total.tip"), money(totals.tip)))
    sums.append(Sum(say("total.total", currency=figures.currency), money(totals.total), "strong"))
    if figures.taxes_included:
        sums += tax_sums(letter, "total.included-tax", figures.tax_rows, "quiet")
    if figures.discount:
        sums.append(Sum(say("total.discounts"), money(figures.discount), "quiet"))
    return sums


def tax_sums(letter: Letter, key: str, rows: Sequence[TaxRow], strength: str = "plain") -> list[Sum]:
    quiet = strength == "quiet"
    return [
        Sum(
            letter.say(key, title=row.title, rate=letter.formats.percent(row.rate)).strip(),
            letter.money(row.tax),
            "quiet" if quiet else "plain",
        )
        for row in rows
        if row.title
    ]


def tax_tables(letter: Letter, rows: Sequence[TaxRow]) -> list[Table]:
    """Return the table of taxes by rate, or none if nothing is taxed."""
    if not any(row.title or row.tax for row in rows):
        return []
    say, money = letter.say, letter.money
    columns = [
        Column(say("column.tax"), wide=True),
        Column(say("column.rate"), "end"),
        Column(say("column.net"), "end"),
        Column(say("column.tax"), "end"),
    ]
    cells = [
        [
            row.title or say("line.no-tax"),
            letter.formats.percent(row.rate) if row.title else "–",
            money(row.net),
            money(row.tax),
        ]
        for row in rows
    ]
    return [Table(say("table.taxes"), columns, cells)]


def price_notes(letter: Letter, figures: OrderFigures) -> list[str]:
    """Return what must be known to read the prices."""
    return [letter.say("note.prices-include-tax")] if figures.taxes_included and figures.totals.tax else []
