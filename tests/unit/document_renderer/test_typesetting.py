"""The PDF, read back by another reader: what it says, what it carries, and that shop text stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.document_renderer.desk import (
    Desk,
    changed,
    edit,
    money,
    refund,
    rendered,
    shared_typesetter,
    shipment,
)
from tests.unit.document_renderer.orders import BERLIN, Draft, Given, Line, Shipping, fulfillment, transaction
from tests.unit.document_renderer.reading import INVISIBLE, ReadBack

PAID = Draft(payments=[transaction()])


async def _read(change: str, draft: Draft, part: str | None = None) -> ReadBack:
    desk = Desk()
    await desk.hears(change, draft, part)
    assert desk.rejections == []
    return ReadBack(desk.content(desk.documents[0]))


async def test_an_invoice_shows_seller_buyer_lines_taxes_totals_and_payment() -> None:
    order = PAID.but(
        lines=[Line(variant="Oiled", sku="DESK-1")], company="Contoso Ltd", tax_registration="GB123456789",
        po_number="PO-77812", terms="Net 30",
    )  # fmt: skip
    text = (await _read("order.paid", order)).text
    for shown in (
        "Nordwind Möbel GmbH", "VAT ID DE123456789", "HRB 12345", "IBAN DE02", "Contoso Ltd", "Anna Schmidt",
        "10115 Berlin", "INV-1001", "#1001", "PO-77812", "GB123456789", "Net 30", "Walnut desk",
        "Oiled · SKU DESK-1", "€100.00", "€105.90", "19%", "€88.99", "€16.91", "Visa •••• •••• •••• 4242",
        "March 2, 2026", "Page 1 of 1", "Paid in full",
    ):  # fmt: skip
        assert shown in text, shown


async def test_the_pdf_says_what_it_is_and_carries_the_snapshot_byte_for_byte() -> None:
    read = await _read("order.paid", PAID.but(locale="de"))
    assert read.title == "Rechnung INV-1001"
    assert read.language == "de"
    assert read.attachments == {"snapshot.json": PAID.but(locale="de").bytes()}
    assert read.relationships == ["/Source"]
    assert re.search(r"pdfaid:part\W+3\W", read.xmp)
    assert re.search(r"pdfaid:conformance\W+A\W", read.xmp)
    assert re.search(r"pdfuaid:part\W+1\W", read.xmp)


HOSTILE = [
    '#eval("1 + 1")',
    "*bold* _it_ `raw` $x^2$",
    "\\ \\u{41} \\#",
    '#import "/etc/passwd": *',
    '#read("/etc/passwd")',
    "= Heading <label> @label",
    "// comment /* block */ --- ~ ...",
    '"},"title":"x"',
    "{0.__class__} {order} %s",
    "https://evil.example/ [link](x)",
]


async def test_shop_text_is_printed_as_it_is_and_never_evaluated() -> None:
    order = PAID.but(lines=[Line(title=text, sku=text, variant=text) for text in HOSTILE], company=HOSTILE[0])
    read = await _read("order.created", order)
    for text in HOSTILE:
        assert read.closed_up.count(INVISIBLE.sub("", text)) >= 3, text


async def test_a_name_of_ten_thousand_characters_stays_on_the_page_whole() -> None:
    read = await _read("order.created", PAID.but(lines=[Line(title="W" * 10_000)]))
    assert len(read.pages) > 3
    assert read.closed_up.count("W") >= 10_000


async def test_many_lines_repeat_the_tables_head_on_each_page() -> None:
    read = await _read("order.created", PAID.but(lines=[Line(title=f"Desk {n}") for n in range(60)]))
    assert len(read.pages) == 3
    with_lines = [page for page in read.pages if "Desk " in page]
    assert len(with_lines) == 3
    assert all("Unit price" in page for page in with_lines)
    assert all(f"Page {n} of 3" in page for n, page in enumerate(read.pages, start=1))


async def test_names_in_other_scripts_are_there() -> None:
    names = ["王小明", "สมชาย ใจดี", "김철수", "🦄"]
    order = PAID.but(
        customer="王小明", billing=BERLIN | {"name": "王小明"}, lines=[Line(title=name) for name in names]
    )
    read = await _read("order.created", order)
    assert all(INVISIBLE.sub("", name) in read.closed_up for name in names)


async def test_arabic_can_be_searched_letter_by_letter() -> None:
    name = "فاطمة العبدالله"
    read = await _read("order.created", PAID.but(billing=BERLIN | {"name": name}))
    letters = sorted(char for char in read.text if "\u0600" <= char <= "\u06ff")
    assert letters == sorted(name.replace(" ", ""))


@settings(max_examples=25)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_no_text_stops_a_document(texts: list[str]) -> None:
    order = PAID.but(lines=[Line(title=text, sku=text) for text in texts], locale="ja", company=texts[0])
    documents = rendered(changed("order.created", order))
    assert documents[0].content.startswith(b"%PDF")


async def test_a_corrected_invoice_names_the_one_it_replaces() -> None:
    payments = [transaction(minutes=1), transaction(id=2, minutes=30, amount="50.00")]
    read = await _read("order.paid", PAID.but(payments=payments, edits=[20]), edit(0))
    assert "Corrected invoice INV-1001-2" in read.text
    assert "replaces invoice INV-1001." in read.text


async def test_a_credit_note_names_the_invoice_and_adds_up() -> None:
    order = PAID.but(lines=[Line(quantity=2)], payments=[transaction(amount="205.90")])
    order = order.but(refunds=[Given({0: 1}, shipping=True, adjustment="-5.00")])
    text = (await _read("refund.created", order, refund(0))).text
    for shown in ("Credit note CN-1001-1", "from invoice INV-1001", "€100.00", "€5.90", "-€5.00", "€100.90"):
        assert shown in text, shown


async def test_a_payment_record_shows_amount_method_and_account() -> None:
    text = (await _read("payment.recorded", PAID, money(1))).text
    for shown in ("Payment record PAY-1001-1", "Shopify Payments", "Visa", "€105.90", "Still to pay"):
        assert shown in text, shown


async def test_a_shipping_confirmation_shows_goods_and_tracking() -> None:
    text = (await _read("shipment.created", PAID.but(fulfillments=[fulfillment()]), shipment(1))).text
    for shown in ("Shipping confirmation SHIP-1001-1", "Walnut desk", "DHL", "00340434161094042557"):
        assert shown in text, shown


@pytest.mark.parametrize(("reason", "told"), [("CUSTOMER", True), ("FRAUD", False)])
async def test_a_cancellation_tells_only_reasons_meant_for_the_buyer(reason: str, told: bool) -> None:
    order = Draft(cancelled_at="2026-03-02T10:00:00Z", cancel_reason=reason)
    text = (await _read("order.cancelled", order)).text.replace("\n", " ")
    assert "was cancelled on March 2, 2026" in text
    assert ("at your request" in text) is told
    assert "raud" not in text


async def test_taxes_on_top_and_several_rates_are_shown_by_rate() -> None:
    order = Draft(
        taxes_included=False, currency="USD", locale="en-US", shipping=[Shipping(rates=())],
        lines=[Line(rates=("0.06", "0.0225")), Line(rates=(), is_gift_card=True, title="Gift")],
        tip="3.00", duties="7.50",
    )  # fmt: skip
    text = (await _read("order.created", order)).text
    for shown in (
        "6% + 2.25%",
        "VAT 6%",
        "VAT 2.25%",
        "No tax",
        "Gift card",
        "Tip",
        "Duties",
        "Total USD",
        "$224.65",
    ):
        assert shown in text, shown


async def test_yen_have_no_decimals_and_dinars_three() -> None:
    yen = Draft(currency="JPY", locale="ja", lines=[Line(price="1200")], shipping=[])
    dinar = Draft(currency="KWD", lines=[Line(price="1.250")], shipping=[])
    assert "1,200" in (await _read("order.created", yen)).text
    assert "KWD 1.250" in (await _read("order.created", dinar)).text.replace("\xa0", " ")


def test_the_template_version_names_what_shapes_a_page() -> None:
    assert re.fullmatch(r"v1-[0-9a-f]{8}", shared_typesetter().template_version)
