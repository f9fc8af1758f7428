"""One of everything that can happen in a shop beside the stories of a morning: every hook is told."""

from __future__ import annotations

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.state.cart import CartShipping, CustomItem
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.companies import CompanyLocationTaxSettings
from muniment_sandbox.shopify.state.company_changes import add_location
from muniment_sandbox.shopify.state.customer_changes import ConsentWish
from muniment_sandbox.shopify.state.discounts import Discount
from muniment_sandbox.shopify.state.drafting import DraftLineWish
from muniment_sandbox.shopify.state.file_changes import FileChange
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.state.metaobject_changes import (
    FieldWish,
    MetaobjectDefinitionWish,
    MetaobjectWish,
)
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.processing_returns import DispositionWish, ProcessWish
from muniment_sandbox.shopify.state.returning import ReturnLineWish, ReturnWish
from muniment_sandbox.shopify.state.returns import ReverseDeliveryTrackingV2
from muniment_sandbox.shopify.state.shop import Shop


def everything_happens(shop: Shop, clock: SetClock) -> None:
    """Play it all on the shop; the clock moves on by two months."""
    _fulfillment_orders(shop, clock)
    _returns(shop)
    _disputes(shop)
    _drafts(shop)
    _customers(shop)
    _companies(shop)
    _content(shop)
    _the_shop(shop)
    _on_account(shop, clock)


def new_order(shop: Shop, quantity: int = 4) -> Order:
    basket = Basket(shop.stock, dice(1), shop.stock.buyers_in("DE")[0])
    lines = [basket.line("NTB-A5-DOT", quantity), basket.line("INK-RBL-50", 2)]
    return shop.place_order(basket.cart(lines, shipping=basket.shipping(495)))


def _fulfillment_orders(shop: Shop, clock: SetClock) -> None:
    order = new_order(shop)
    clock.advance(60)
    shop.catch_up()
    target = order.fulfillment_orders[0]
    app = shop.installation.app
    wish = HoldWish(reason="OTHER", handle="ecm:1", app=app, units=[(target.lines[0], 2)])
    _, remaining = shop.hold(target, wish)
    assert remaining is not None
    shop.hold(target, HoldWish(reason="HIGH_RISK_OF_FRAUD", handle="ecm:2", app=app))
    shop.release_holds(target)
    shop.merge_fulfillment_orders([(remaining, ()), (target, ())])
    parts = shop.split_fulfillment_order(remaining, [(remaining.lines[0], 1)])
    shop.move_fulfillment_order(parts, shop.locations[1])
    shop.cancel_fulfillment_order(remaining)
    parcel = shop.fulfil(order)
    event = shop.carrier_says(order, parcel, "IN_TRANSIT")
    shop.take_back_message(order, parcel, event)
    shop.cancel(order)


def _returns(shop: Shop) -> None:
    order = new_order(shop)
    shop.pay(order)
    parcel = shop.fulfil(order)
    line = ReturnLineWish(fulfillment_line_item=parcel.lines[0], quantity=1)
    wish = ReturnWish(lines=[line], shipping_fee_minor=295)
    shop.decline_return(shop.request_return(order, wish), "RETURN_PERIOD_ENDED", "Too late")
    shop.cancel_return(shop.create_return(order, wish))
    wanted = shop.request_return(order, wish)
    shop.approve_return(wanted)
    reverse = wanted.reverse_orders[0]
    tracking = ReverseDeliveryTrackingV2("DHL", "1Z", "https://t.example/1Z")
    shop.send_back(reverse, tracking=tracking, label_url="https://labels.example/1.pdf")
    restocked = DispositionWish(
        line=reverse.lines[0], quantity=1, type="RESTOCKED", location=shop.locations[0]
    )
    lines = [(wanted.lines[0], 1, [restocked])]
    shop.process_return(wanted, ProcessWish(lines=lines, transfers=[(order.payments[0], 500)]))
    shop.close_return(wanted)
    shop.reopen_return(wanted)


def _disputes(shop: Shop) -> None:
    order = new_order(shop)
    shop.pay(order)
    shop.assess_risk(order, "HIGH", provider=shop.installation.app)
    shop.protect(order, "ACTIVE", "ELIGIBLE")
    dispute = shop.open_dispute(order)
    shop.give_evidence(dispute, {"uncategorized_text": "See attached"}, {}, submit=True)
    shop.decide_dispute(dispute, "WON")


def _drafts(shop: Shop) -> None:
    buyer = shop.stock.buyers[0]
    lines = [
        DraftLineWish(item=CustomItem(title="Custom work"), quantity=1, unit_minor=900_000),
        DraftLineWish(item=shop.stock.articles[0].variant, quantity=2),
    ]
    discount = Discount("Rebate", fixed_minor=1_000, manual=True)
    draft = shop.draft_order(
        lines,
        customer=buyer.customer,
        email=buyer.customer.email,
        discount=discount,
        billing_address=buyer.address,
        shipping_address=buyer.address,
        shipping=CartShipping(title="By lorry", price_minor=4_900),
    )
    shop.send_invoice(draft)
    shop.complete_draft(draft)
    shop.delete_draft(shop.draft_order(lines, customer=buyer.customer))


def _customers(shop: Shop) -> None:
    address = shop.stock.buyers[0].address
    kept = shop.add_customer(
        first_name="Ada", last_name="Byron", email="ada@example.com", default_address=address
    )
    gone = shop.add_customer(first_name="A.", last_name="Byron", email="a@example.com", phone="+49 151 1")
    shop.set_account(kept, enabled=True)
    shop.set_account(kept, enabled=False)
    shop.set_consent(kept, "email", ConsentWish(state="SUBSCRIBED"))
    shop.set_consent(gone, "sms", ConsentWish(state="UNSUBSCRIBED"))
    shop.set_consent(gone, "whats_app", ConsentWish(state="SUBSCRIBED"))
    shop.tag(kept, add=["vip"])
    shop.tag(kept, remove=["vip"])
    shop.ask_for_data(kept)
    shop.redact_customer(kept)
    shop.redact_shop()
    shop.merge_customers(kept, gone)
    shop.delete_customer(kept)


def _companies(shop: Shop) -> None:
    buyer = shop.stock.buyers[0]
    company = shop.add_company("Example", "EX-1")
    contact = shop.add_contact(company, buyer.customer, "Buyer")
    taxes = CompanyLocationTaxSettings(False, (), "DE123456789")
    location = add_location(shop, company, "Berlin", buyer.address, taxes, currency="EUR")
    assignment = shop.assign_role(contact, company.contact_roles[0], location)
    shop.change_company(company, note="approved")
    shop.change_contact(contact, title="Head of buying")
    shop.change_tax_settings(location, assign=["EU_REVERSE_CHARGE_EXEMPTION_RULE"], tax_exempt=True)
    shop.revoke_role(assignment)
    shop.delete_company(company)


def _content(shop: Shop) -> None:
    product = shop.create_product(title="Fountain pen ink", product_type="Writing", tags=["ink"])
    variant = product.own_variants[0]
    picture = shop.stock.articles[0].variant.product.gallery[0]
    shop.update_files([FileChange(file=picture, add=[product])])
    shop.append_variant_media(product, [(variant, [picture.id])])
    shop.delete_product(product)
    fields = [FieldWish(key="title", type="single_line_text_field")]
    shop.define_metaobject(MetaobjectDefinitionWish(type="ecm_document", fields=fields, publishable=True))
    wish = MetaobjectWish(fields=[("title", "Spec")])
    document = shop.upsert_metaobject("ecm_document", "ecm-1", wish)
    shop.upsert_metaobject("ecm_document", "ecm-1", MetaobjectWish(status="ACTIVE"))
    shop.delete_metaobject(document)


def _the_shop(shop: Shop) -> None:
    shop.change_shop(email="office@muniment.example")
    shop.change_place(shop.locations[1], is_active=True)
    shop.change_scopes(["read_orders"])
    shop.uninstall()


def _on_account(shop: Shop, clock: SetClock) -> None:
    basket = Basket(shop.stock, dice(1), shop.stock.businesses[0])
    order = shop.place_order(basket.cart([basket.line("DSK-OAK-140", 1)], net_days=30))
    clock.advance(31 * 86_400)
    shop.catch_up()
    shop.pay(order)
    clock.advance(31 * 86_400)
