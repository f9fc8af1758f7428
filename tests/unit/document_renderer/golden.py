"""Documents whose bytes are recorded: ``python -m tests.unit.document_renderer.golden`` records them anew.

Record only when a change of the pages is meant; the template's version in the file says for which pages.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.unit.document_renderer.desk import (
    changed,
    edit,
    money,
    refund,
    rendered,
    shared_typesetter,
    shipment,
)
from tests.unit.document_renderer.orders import BERLIN, Draft, Given, Line, Shipping, fulfillment, transaction

RECORD = Path(__file__).with_name("golden.json")

_PAID = Draft(payments=[transaction()])
_MANY = Draft(
    locale="en-GB",
    company="Contoso Retail Ltd",
    tax_registration="GB123456789",
    po_number="PO-77812",
    terms="Net 30",
    discount_codes=["WELCOME10"],
    tip="5.00",
    lines=[
        Line(
            title=f"Walnut desk no. {n}",
            price=f"{10 + n}.90",
            quantity=n % 3 + 1,
            discount="3.00" if n % 4 == 0 else "0",
            rates=("0.19",) if n % 3 else ("0.07",),
            variant="Oiled / 180 cm" if n % 2 else None,
        )
        for n in range(45)
    ],
    payments=[transaction(amount="5000.00")],
)
_SCRIPTS = Draft(
    locale="ja",
    billing=BERLIN | {"name": "\u0623\u062d\u0645\u062f \u0627\u0644\u0631\u0627\u0634\u062f"},
    lines=[
        Line(title=title)
        for title in (
            "יעל כהן-לוי",
            "王小明 (北京)",
            "直樹 たなか",
            "สมชาย ใจดี",
            "अर्जुन",
            "김철수",
            "🦄 👩‍👩‍👧‍👦 [x]",
            "\U00012000",
        )
    ],
)
_CANADIAN = Draft(
    locale="fr-CA",
    currency="CAD",
    taxes_included=False,
    lines=[
        Line(title="Écharpe en laine", price="45.00", quantity=3, discount="10.00", rates=("0.05", "0.09975"))
    ],
    shipping=[Shipping(rates=("0.05", "0.09975"))],
    payments=[transaction(amount="150.00", currency="CAD")],
    refunds=[Given({0: 2}, shipping=True, adjustment="-5.00")],
)

GOLDEN = {
    "invoice in German": changed("order.paid", _PAID.but(locale="de")),
    "invoice of 45 lines": changed("order.paid", _MANY),
    "confirmation in many scripts": changed("order.created", _SCRIPTS),
    "amended confirmation": changed("order.edited", Draft(edits=[10]), edit(0)),
    "cancellation": changed(
        "order.cancelled", Draft(cancelled_at="2026-03-02T10:00:00Z", cancel_reason="CUSTOMER")
    ),
    "credit note in French": changed("refund.created", _CANADIAN, refund(0)),
    "payment record": changed("payment.recorded", _PAID.but(locale="de-AT"), money(1)),
    "shipping confirmation": changed(
        "shipment.created", _PAID.but(fulfillments=[fulfillment()]), shipment(1)
    ),
}


def documents() -> dict[str, bytes]:
    """Return the bytes of each golden document and of its source event."""
    made = {}
    for name, event in GOLDEN.items():
        document, source = rendered(event)
        made[name] = document.content
        made[f"{name}: source event"] = source.content
    return made


def record() -> dict[str, object]:
    """Return what is recorded: the template's version, and the SHA-256 of each document."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in documents().items()}
    return {"template_version": shared_typesetter().template_version, "sha256": hashes}


if __name__ == "__main__":
    RECORD.write_text(json.dumps(record(), indent=2) + "\n", encoding="utf-8")
