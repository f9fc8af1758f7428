"""What every document has in common: letterhead, parties, footer, and the words of the buyer's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from document_renderer.documents.content import Content, Fact, Party, Seller, Sum, Table
from document_renderer.locales import Formats
from document_renderer.selection import Selected
from document_renderer.snapshot import Address, Order, Snapshot
from document_renderer.wording import Wording


@dataclass(frozen=True, slots=True)
class Letter:
    """One document about to be written: which, about what, for whom and in which words."""

    selected: Selected
    snapshot: Snapshot
    change: str
    occurred_at: datetime
    wording: Wording
    formats: Formats
    seller: Seller

    @property
    def order(self) -> Order:
        return self.snapshot.order

    def say(self, key: str, **places: str) -> str:
        return self.wording.say(key, **places)

    def money(self, amount: Decimal) -> str:
        return self.formats.money(amount, self.order.currency)

    def fact(self, key: str, value: str | None) -> Sequence[Fact]:
        """Return the labelled value, or nothing if there is no value."""
        return [Fact(self.say(f"fact.{key}"), value)] if value else []

    def write(self, body: Body) -> Content:
        """Return the whole document: ``body`` in the frame that all documents have."""
        return Content(
            kind=self.selected.kind,
            number=self.selected.number,
            refers_to=self.selected.refers_to,
            business_date=body.at.date(),
            language=self.wording.language,
            heading=body.heading,
            seller=self.seller,
            facts=[
                *self.fact("number", self.selected.number),
                *self.fact("date", self.formats.date(body.at)),
                *body.facts,
            ],
            parties=body.parties,
            lead=body.lead,
            details=body.details,
            lines=body.lines,
            sums=body.sums,
            tables=body.tables,
            notes=[*body.notes, self.say("note.dates")],
            footer=_footer(self.seller, self.wording.say("footer.tax-id", tax_id=self.seller.tax_id or "")),
            page_label=_page_label(self.say("footer.page")),
            attachment=self.say("attachment"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What one kind of document adds to the frame. ``at`` is the time of the fact it tells."""

    heading: str
    at: datetime
    facts: Sequence[Fact] = ()
    parties: Sequence[Party] = ()
    lead: Sequence[str] = ()
    details: Sequence[Fact] = ()
    lines: Table | None = None
    sums: Sequence[Sum] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()


def order_facts(letter: Letter) -> Sequence[Fact]:
    """Return what identifies the order and its buyer."""
    order = letter.order
    return [
        *letter.fact("order", order.name),
        *letter.fact("order-date", letter.formats.date(order.created_at)),
        *letter.fact("customer", order.buyer.customer_id),
        *letter.fact("po-number", order.po_number),
        *letter.fact("buyer-tax-id", order.buyer.tax_registration),
    ]


def parties(letter: Letter, *, first: str = "bill-to") -> Sequence[Party]:
    """Return who is billed, labelled ``first``, and where the goods go if that is elsewhere."""
    buyer = letter.order.buyer
    billed = _address_lines(buyer.billing) or _address_lines(buyer.shipping)
    if buyer.company and buyer.company not in billed:
        billed = [buyer.company, *billed]
    if not billed:
        billed = [line for line in (buyer.name, buyer.email) if line]
    shipped = _address_lines(buyer.shipping)
    found = [Party(letter.say(f"party.{first}"), billed)] if billed else []
    if shipped and shipped != billed:
        found.append(Party(letter.say("party.ship-to"), shipped))
    return found


def shipping_party(letter: Letter) -> Sequence[Party]:
    """Return where the goods go."""
    lines = _address_lines(letter.order.buyer.shipping)
    return [Party(letter.say("party.ship-to"), lines)] if lines else parties(letter, first="buyer")


def _address_lines(address: Address | None) -> list[str]:
    if address is None:
        return []
    place = " ".join(part for part in (address.zip, address.city) if part)
    head = (address.company, address.name, address.address1, address.address2)
    lines = (*head, place, address.province, address.country)
    return [line for line in lines if line]


@lru_cache(maxsize=64)
def _footer(seller: Seller, tax_id: str) -> tuple[tuple[str, ...], ...]:
    blocks = (
        (seller.name, *seller.address_lines),
        tuple(line for line in (seller.email, seller.website, seller.registration) if line),
        tuple(line for line in (tax_id if seller.tax_id else None, seller.bank) if line),
    )
    return tuple(block for block in blocks if block)


@lru_cache(maxsize=16)
def _page_label(text: str) -> tuple[str, str, str]:
    before, _, rest = text.partition("{page}")
    between, _, after = rest.partition("{pages}")
    return (before, between, after)
