"""Draft orders: writing, changing, sending, completing, deleting."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.resolvers.addresses import address_from
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, paged, value_of
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_id, by_update, listed
from muniment_sandbox.shopify.graphql.search import DRAFT_ORDER_TERMS
from muniment_sandbox.shopify.state.cart import CartShipping, CustomItem
from muniment_sandbox.shopify.state.catalogue import ProductVariant
from muniment_sandbox.shopify.state.companies import (
    Company,
    CompanyContact,
    CompanyLocation,
    PurchasingCompany,
)
from muniment_sandbox.shopify.state.discounts import Discount
from muniment_sandbox.shopify.state.drafting import DraftLineWish
from muniment_sandbox.shopify.state.drafts import (
    DraftOrder,
    DraftOrderAppliedDiscount,
    DraftOrderLineItem,
    applied,
)
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.line_items import Attribute
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.transactions import PaymentTerms, PaymentTermsTemplate

_PLACES: Places[DraftOrder] = {
    "ID": by_id,
    "NUMBER": by_id,
    "UPDATED_AT": by_update,
    "STATUS": lambda draft: (draft.status, draft.number),
}
_PLAIN = {
    "email": "email",
    "note": "note2",
    "phone": "phone",
    "poNumber": "po_number",
    "tags": "tags",
    "taxExempt": "tax_exempt",
}


def _one(_root: object, info: Info, id: str) -> DraftOrder | None:
    return shop_of(info).get(DraftOrder, id)


def _all(_root: object, info: Info, **args: Any) -> object:
    return listed(info, args, DraftOrder, DRAFT_ORDER_TERMS, _PLACES)


@answering("draftOrder")
def _create(_root: object, info: Info, input: dict[str, Any]) -> DraftOrder:
    lines = input.get("lineItems") or []
    prices = [line["originalUnitPriceWithCurrency"] for line in lines if _priced(line)]
    currency = input.get("presentmentCurrencyCode") or (prices[0]["currencyCode"] if prices else None)
    details = _details(info, input)
    return shop_of(info).draft_order([_line(info, each) for each in lines], currency, **details)


@answering("draftOrder")
def _update(_root: object, info: Info, id: str, input: dict[str, Any]) -> DraftOrder:
    draft = wanted(info, DraftOrder, id, words="Draft order")
    lines = input.get("lineItems")
    wishes = None if lines is None else [_line(info, each) for each in lines]
    shop_of(info).change_draft(draft, _details(info, input), wishes)
    return draft


@answering("draftOrder")
def _complete(_root: object, info: Info, **args: Any) -> DraftOrder:
    draft = wanted(info, DraftOrder, args["id"], words="Draft order")
    shop_of(info).complete_draft(draft, pending=bool(args.get("paymentPending")))
    return draft


@answering("draftOrder")
def _send_invoice(_root: object, info: Info, id: str, email: dict[str, Any] | None = None) -> DraftOrder:
    draft = wanted(info, DraftOrder, id, words="Draft order")
    if not draft.email and not (email or {}).get("to"):
        raise NotPossible("To can't be blank", field=["email", "to"])
    shop_of(info).send_invoice(draft)
    return draft


@answering("deletedId")
def _delete(_root: object, info: Info, input: dict[str, Any]) -> str:
    draft = wanted(info, DraftOrder, input["id"], "input", "id", words="Draft order")
    shop_of(info).delete_draft(draft)
    return draft.id


def _details(info: Info, given: dict[str, Any]) -> dict[str, Any]:
    """Return what the input says as attributes of ``DraftOrder``; what it does not name is left alone."""
    shop = shop_of(info)
    details: dict[str, Any] = {ours: given[name] for name, ours in _PLAIN.items() if name in given}
    if "tags" in details:
        details["tags"] = sorted(set(details["tags"] or ()))
    if "customAttributes" in given:
        details["custom_attributes"] = _attributes(given["customAttributes"])
    for name, ours in (("billingAddress", "billing_address"), ("shippingAddress", "shipping_address")):
        if name in given:
            details[ours] = address_from(shop, given[name])
    if given.get("purchasingEntity"):
        details |= _buyer(info, given["purchasingEntity"])
    if given.get("useCustomerDefaultAddress") and details.get("customer"):
        details["shipping_address"] = details["customer"].default_address
        details["billing_address"] = details["customer"].default_address
    if "appliedDiscount" in given:
        details["discount"] = _discount(given["appliedDiscount"])
    if "shippingLine" in given:
        details["shipping"] = _shipping(given["shippingLine"])
    if "paymentTerms" in given:
        details["payment_terms"] = _terms(info, given["paymentTerms"])
    return details


def _buyer(info: Info, given: dict[str, Any]) -> dict[str, Any]:
    field = ("input", "purchasingEntity")
    if given.get("purchasingCompany"):
        ids = given["purchasingCompany"]
        contact = wanted(info, CompanyContact, ids["companyContactId"], *field)
        company = PurchasingCompany(
            wanted(info, Company, ids["companyId"], *field),
            wanted(info, CompanyLocation, ids["companyLocationId"], *field),
            contact,
        )
        return {
            "customer": contact.customer,
            "purchasing_company": company,
            "email": contact.customer.email,
        }
    customer = wanted(info, Customer, given.get("customerId"), *field, "customerId")
    return {"customer": customer, "purchasing_company": None, "email": customer.email}


def _terms(info: Info, given: dict[str, Any] | None) -> PaymentTerms | None:
    if not given:
        return None
    template = wanted(info, PaymentTermsTemplate, given.get("paymentTermsTemplateId"), "paymentTerms")
    return PaymentTerms(
        number=shop_of(info).numbers.next("PaymentTerms"),
        payment_terms_name=template.name,
        payment_terms_type=template.payment_terms_type,
        due_in_days=template.due_in_days or 0,
        schedules=[],
    )


def _shipping(given: dict[str, Any] | None) -> CartShipping | None:
    if not given:
        return None
    money = given.get("priceWithCurrency") or {"amount": "0", "currencyCode": "EUR"}
    price = Money.of(Decimal(money["amount"]), money["currencyCode"])
    return CartShipping(title=given.get("title") or "Shipping", price_minor=price.minor)


def _discount(given: dict[str, Any] | None) -> Discount | None:
    if not given:
        return None
    title = given.get("title") or given.get("description") or "Discount"
    value = Decimal(str(given["value"]))
    if given["valueType"] == "PERCENTAGE":
        return Discount(title, percentage=value, manual=True)
    money = given.get("amountWithCurrency") or {"amount": value, "currencyCode": "EUR"}
    taken_off = Money.of(Decimal(money["amount"]), money["currencyCode"])
    return Discount(title, fixed_minor=taken_off.minor, manual=True)


def _priced(line: dict[str, Any]) -> bool:
    return bool(line.get("originalUnitPriceWithCurrency"))


def _line(info: Info, given: dict[str, Any]) -> DraftLineWish:
    price = given.get("originalUnitPriceWithCurrency")
    item: ProductVariant | CustomItem
    if given.get("variantId"):
        item = wanted(info, ProductVariant, given["variantId"], "input", "lineItems")
        price = None
    elif given.get("title"):
        item = CustomItem(
            title=given["title"],
            sku=given.get("sku"),
            requires_shipping=given.get("requiresShipping", True),
            taxable=given.get("taxable", True),
        )
    else:
        raise NotPossible("Title can't be blank", field=["input", "lineItems"])
    return DraftLineWish(
        item=item,
        quantity=given["quantity"],
        unit_minor=Money.of(Decimal(price["amount"]), price["currencyCode"]).minor if price else None,
        discount=_discount(given.get("appliedDiscount")),
        attributes=_attributes(given.get("customAttributes")),
    )


def _attributes(given: Sequence[dict[str, str]] | None) -> list[Attribute]:
    return [Attribute(each["key"], each["value"]) for each in given or ()]


def _line_discount(line: DraftOrderLineItem, _info: Info) -> DraftOrderAppliedDiscount | None:
    return applied(line.discount, line.priced.total_discount_set) if line.discount else None


_OF_TOTALS = {
    "subtotalPriceSet": "subtotal_price_set",
    "taxLines": "tax_lines",
    "totalDiscountsSet": "total_discounts_set",
    "totalPriceSet": "total_price_set",
    "totalShippingPriceSet": "total_shipping_price_set",
    "totalTaxSet": "total_tax_set",
}
_OF_PRICED = {
    "isGiftCard": "is_gift_card",
    "originalTotalSet": "original_total_set",
    "originalUnitPriceSet": "original_unit_price_set",
    "requiresShipping": "requires_shipping",
    "sku": "sku",
    "taxLines": "all_tax_lines",
    "taxable": "taxable",
    "variantTitle": "variant_title",
    "vendor": "vendor",
}

FIELDS: Fields = {
    "QueryRoot": {"draftOrder": _one, "draftOrders": _all},
    "Mutation": {
        "draftOrderComplete": _complete,
        "draftOrderCreate": _create,
        "draftOrderDelete": _delete,
        "draftOrderInvoiceSend": _send_invoice,
        "draftOrderUpdate": _update,
    },
    "DraftOrder": {
        "lineItems": paged("lines"),
        **{name: value_of(f"totals.{ours}") for name, ours in _OF_TOTALS.items()},
    },
    "DraftOrderLineItem": {
        "appliedDiscount": _line_discount,
        **{name: value_of(f"priced.{ours}") for name, ours in _OF_PRICED.items()},
    },
}
