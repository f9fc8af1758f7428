"""A shop where everything exists that the sample operations name, and what their ids stand for there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.cancelling import CancelWish
from muniment_sandbox.shopify.state.cart import CustomItem
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.drafting import DraftLineWish
from muniment_sandbox.shopify.state.drafts import DraftOrder
from muniment_sandbox.shopify.state.files import GenericFile
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.state.metaobject_changes import (
    FieldWish,
    MetaobjectDefinitionWish,
    MetaobjectWish,
)
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.processing_returns import ProcessWish
from muniment_sandbox.shopify.state.publications import Publication
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.returning import ReturnLineWish, ReturnWish
from muniment_sandbox.shopify.state.returns import Return, ReturnReasonDefinition
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish


class Stage:
    """One shop, set up anew for one operation."""

    def __init__(self) -> None:
        self.clock = SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))
        self.shop = seeded_shop("empty", clock=self.clock)
        self.buyer = self.shop.stock.buyers_in("DE")[0]
        self.order = self._order()
        self.customer = self.buyer.customer
        self.customer.phone = "+49 151 0000001"

    def _order(self) -> Order:
        basket = Basket(self.shop.stock, dice(1), self.buyer)
        lines = [basket.line("NTB-A5-DOT", 5), basket.line("INK-RBL-50", 2)]
        return self.shop.place_order(basket.cart(lines, shipping=basket.shipping(495)))

    def paid(self) -> None:
        self.shop.pay(self.order)

    def sent(self) -> None:
        self.paid()
        self.shop.fulfil(self.order)

    def refunded(self) -> None:
        self.sent()
        self.shop.refund(self.order, RefundWish(lines=[(self.order.lines[0], 1)]))

    def returning(self, status: str) -> Return:
        """Return a return in this state, of a paid order that was sent."""
        self.sent()
        line = ReturnLineWish(fulfillment_line_item=self.order.parcels[0].lines[0], quantity=1)
        made = self.shop.request_return(self.order, ReturnWish(lines=[line]))
        if status != "REQUESTED":
            self.shop.approve_return(made)
            self.shop.send_back(made.reverse_orders[0], label_url="https://labels.example/1.pdf")
        if status == "CLOSED":
            wish = ProcessWish(lines=[(made.lines[0], 1, ())], transfers=[(self.order.payments[0], 100)])
            self.shop.process_return(made, wish)
            self.shop.close_return(made)
        return made

    def drafted(self) -> DraftOrder:
        wish = DraftLineWish(item=CustomItem(title="Custom work"), quantity=1, unit_minor=900_000)
        return self.shop.draft_order([wish], customer=self.customer, email=self.customer.email)


def stage_for(operation: str) -> tuple[Stage, dict[str, str]]:
    """Return the stage, and the ids that stand for the sample's."""
    stage = Stage()
    build = _BUILDERS.get(operation) or _BUILDERS.get(operation.partition("/")[0]) or (lambda _stage: {})
    ids = {"Order": stage.order.id, "Customer": stage.customer.id, "Location": stage.shop.locations[0].id}
    ids["Product"] = stage.shop.stock.articles[0].variant.product.id
    return stage, ids | build(stage)


def variables_for(
    stage: Stage, operation: str, query: str, samples: dict[str, Any], ids: dict[str, str]
) -> dict[str, Any]:
    """Return the sample's variables with this stage's ids, and values for those the sample leaves out."""
    text = json.dumps(samples.get(operation, {}))
    text = re.sub(r"gid://shopify/(\w+)/1\b", lambda match: ids.get(match[1], match[0]), text)
    text = re.sub(r"gid://shopify/(\w+/2)\b", lambda match: ids.get(match[1], match[0]), text)
    text = text.replace('"USD"', f'"{stage.order.presentment_currency_code}"')
    given: dict[str, Any] = json.loads(text)
    declared = re.findall(r"\$(\w+): ([\w\[\]!]+)( =)?", query.partition("{")[0])
    for name, kind, default in declared:
        if name not in given and kind.endswith("!") and not default:
            given[name] = _value(name, ids)
    return given


def _value(name: str, ids: dict[str, str]) -> Any:
    known: dict[str, Any] = {
        "contactId": ids.get("CompanyContact"),
        "handle": {"type": "ecm_document", "handle": "ecm-123"},
        "ids": [ids.get("MediaImage"), ids.get("GenericFile")],
        "locationId": ids.get("CompanyLocation"),
        "lines": [{"id": ids.get("ReturnLineItem"), "quantity": 1}],
        "metafields": [],
        "namespace": "specs",
        "productId": ids["Product"],
        "orderId": ids["Order"],
        "customerId": ids["Customer"],
        "parentTransactionId": ids.get("OrderTransaction"),
        "query": "updated_at:>=2026-11-20",
        "roleAssignmentIds": [ids.get("CompanyContactRoleAssignment")],
        "roleId": ids.get("CompanyContactRole"),
        "type": "ecm_document",
        "variantMedia": [{"variantId": ids.get("ProductVariant"), "mediaIds": [ids.get("MediaImage")]}],
        "sub": {"uri": "https://ecm.example.com/other"},
        "tags": ["ecm-hold"],
    }
    return known.get(name, ids.get("id", ids["Order"]))


def _authorized(stage: Stage) -> dict[str, str]:
    return {"OrderTransaction": stage.shop.authorize(stage.order).id}


def _paid(stage: Stage) -> dict[str, str]:
    stage.paid()
    return {"OrderTransaction": stage.order.payments[0].id, "LineItem": stage.order.lines[0].id}


def _refund(stage: Stage) -> dict[str, str]:
    stage.refunded()
    return {"id": stage.order.refund_records[0].id}


def _parcel(stage: Stage) -> dict[str, str]:
    stage.sent()
    return {"id": stage.order.parcels[0].id}


def _job(stage: Stage) -> dict[str, str]:
    wish = CancelWish(reason="OTHER", restocks=True)
    return {"id": stage.shop.begin_cancelling(stage.order, wish).job.id}


def _return_in(status: str) -> Callable[[Stage], dict[str, str]]:
    def build(stage: Stage) -> dict[str, str]:
        made = stage.returning(status)
        ids = {
            "id": made.id,
            "Return": made.id,
            "ReturnLineItem": made.lines[0].id,
            "OrderTransaction": stage.order.payments[0].id,
        }
        for reverse in made.reverse_orders:
            ids["ReverseFulfillmentOrder"] = reverse.id
            ids["ReverseFulfillmentOrderLineItem"] = reverse.lines[0].id
        return ids

    return build


def _returnable(stage: Stage) -> dict[str, str]:
    stage.sent()
    reason = stage.shop.all_of(ReturnReasonDefinition)[0]
    units = stage.order.parcels[0].lines[0]
    return {"FulfillmentLineItem": units.id, "ReturnReasonDefinition": reason.id}


def _untouched_return(stage: Stage) -> dict[str, str]:
    stage.sent()
    line = ReturnLineWish(fulfillment_line_item=stage.order.parcels[0].lines[0], quantity=1)
    return {"id": stage.shop.create_return(stage.order, ReturnWish(lines=[line])).id}


def _held(stage: Stage) -> dict[str, str]:
    target = stage.shop.route(stage.order)[0]
    wish = HoldWish(reason="OTHER", handle="earlier", app=stage.shop.installation.app)
    hold, _ = stage.shop.hold(target, wish)
    return {"FulfillmentOrder": target.id, "FulfillmentHold": hold.id, "id": target.id}


def _disputed(stage: Stage) -> dict[str, str]:
    stage.paid()
    stage.shop.assess_risk(stage.order, "HIGH")
    dispute = stage.shop.open_dispute(stage.order)
    upload = stage.shop.upload_dispute_file(dispute, "proof.pdf", "application/pdf", 1_000)
    return {
        "id": dispute.id,
        "ShopifyPaymentsDisputeEvidence": dispute.dispute_evidence.id,
        "ShopifyPaymentsDisputeFileUpload": upload.id,
    }


def _draft(stage: Stage) -> dict[str, str]:
    draft = stage.drafted()
    return {"id": draft.id, "DraftOrder": draft.id}


def _company(stage: Stage) -> dict[str, str]:
    purchasing = stage.shop.stock.businesses[0].company
    assert purchasing is not None
    contact = purchasing.contact
    assert contact is not None
    return {
        "id": purchasing.company.id,
        "Company": purchasing.company.id,
        "CompanyContact": contact.id,
        "CompanyContactRole": purchasing.company.contact_roles[0].id,
        "CompanyContactRoleAssignment": contact.assignments[0].id,
        "CompanyLocation": purchasing.location.id,
    }


def _location(stage: Stage) -> dict[str, str]:
    ids = _company(stage)
    return ids | {"id": ids["CompanyLocation"]}


def _roleless(stage: Stage) -> dict[str, str]:
    ids = _company(stage)
    purchasing = stage.shop.stock.businesses[0].company
    assert purchasing is not None
    assert purchasing.contact is not None
    stage.shop.revoke_role(purchasing.contact.assignments[0])
    return ids


def _customer(stage: Stage) -> dict[str, str]:
    return {"id": stage.customer.id}


def _metafield(stage: Stage) -> dict[str, str]:
    product = stage.shop.stock.articles[0].variant.product
    stage.shop.set_metafield(product, "ecm", "spec_sheets", "single_line_text_field", "1")
    return {}


def _products(stage: Stage) -> dict[str, str]:
    product, other = (article.variant.product for article in stage.shop.stock.articles[:2])
    return {
        "id": product.id,
        "GenericFile": stage.shop.all_of(GenericFile)[0].id,
        "MediaImage": product.gallery[0].id,
        "MediaImage/2": product.gallery[1].id,
        "MediaImage/other": other.gallery[0].id,
        "ProductVariant": product.own_variants[0].id,
        "Publication": stage.shop.all_of(Publication)[0].id,
    }


def _documents(stage: Stage) -> dict[str, str]:
    """Define documents, and let there be one."""
    ids = _products(stage)
    fields = [
        FieldWish(key="title", type="single_line_text_field", required=True),
        FieldWish(key="file", type="file_reference", required=True),
    ]
    wish = MetaobjectDefinitionWish(type="ecm_document", fields=fields, publishable=True)
    definition = stage.shop.define_metaobject(wish)
    values = [("title", "Spec"), ("file", ids["GenericFile"])]
    made = stage.shop.upsert_metaobject("ecm_document", "ecm-123", MetaobjectWish(fields=values))
    return ids | {"MetaobjectDefinition": definition.id, "id": made.id}


def _pictured(stage: Stage) -> dict[str, str]:
    ids = _products(stage)
    variant = stage.shop.stock.articles[0].variant
    stage.shop.append_variant_media(variant.product, [(variant, [ids["MediaImage"]])])
    return ids


def _other_picture(stage: Stage) -> dict[str, str]:
    ids = _products(stage)
    return ids | {"MediaImage": ids["MediaImage/other"]}


def _bulk(stage: Stage) -> dict[str, str]:
    query = "{ orders { edges { node { id } } } }"
    begun = stage.shop.begin_bulk(query, group_objects=False, api_version="2026-10", scopes=None)
    return {"id": begun.id}


def _subscribed(stage: Stage) -> dict[str, str]:
    wish = SubscriptionWish(topic="ORDERS_PAID", uri="https://ecm.example.com/hooks")
    return {"id": stage.shop.subscribe(wish).id}


_BUILDERS: dict[str, Callable[[Stage], dict[str, str]]] = {
    "b2b": _company,
    "b2b/company_contact_assign_role": _roleless,
    "b2b/company_location_detail": _location,
    "b2b/customer_detail": _customer,
    "consent": _customer,
    "bulk/bulk_operation_cancel": _bulk,
    "bulk/bulk_operation_status": _bulk,
    "bulk/current_bulk_operation.DEPRECATED": _bulk,
    "content": _products,
    "content/file_update": _other_picture,
    "content/metafield_definition_create": _documents,
    "content/metaobject_by_handle": _documents,
    "content/metaobject_definition_by_type": _documents,
    "content/metaobject_delete": _documents,
    "content/metaobject_upsert": _documents,
    "content/product_variant_detach_media": _pictured,
    "disputes": _disputed,
    "disputes/order_disputes": lambda stage: _disputed(stage) | {"id": stage.order.id},
    "disputes/order_risk": lambda stage: _disputed(stage) | {"id": stage.order.id},
    "drafts": _draft,
    "holds": _held,
    "holds/order_fulfillment_orders": lambda stage: _held(stage) | {"id": stage.order.id},
    "orders/fulfillment_detail": _parcel,
    "orders/metafields_delete": _metafield,
    "orders/order_capture": _authorized,
    "orders/order_fulfillments": lambda stage: _parcel(stage) | {"id": stage.order.id},
    "orders/order_refunds": lambda stage: _refund(stage) | {"id": stage.order.id},
    "orders/refund_create": _paid,
    "orders/refund_detail": _refund,
    "orders/suggested_refund": _paid,
    "orders/tender_transactions": _paid,
    "orders/transaction_void": _authorized,
    "returns": _return_in("OPEN"),
    "returns/order_returns": lambda stage: _return_in("CLOSED")(stage) | {"id": stage.order.id},
    "returns/return_approve_request": _return_in("REQUESTED"),
    "returns/return_cancel": _untouched_return,
    "returns/return_create": _returnable,
    "returns/return_decline_request": _return_in("REQUESTED"),
    "returns/return_detail": _return_in("CLOSED"),
    "returns/return_reopen": _return_in("CLOSED"),
    "returns/returnable_fulfillments": _returnable,
    "shop/job": _job,
    "webhooks/webhook_subscription_delete": _subscribed,
    "webhooks/webhook_subscription_update": _subscribed,
}
