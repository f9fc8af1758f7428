"""The handlers of the pages: they read the shop, and do with it what its buttons say."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from muniment_sandbox.pages import Pages, add_style
from muniment_sandbox.shopify.control import PLAYS, begin_morning
from muniment_sandbox.shopify.deeds import do, place
from muniment_sandbox.shopify.pages.decision_rows import (
    company_row,
    customer_row,
    dispute_rows,
    draft_row,
    fulfillment_order_rows,
    return_rows,
    risk_badges,
)
from muniment_sandbox.shopify.pages.rows import (
    address_rows,
    deed_buttons,
    delivery_row,
    line_row,
    money,
    order_row,
    parcel_rows,
    payment_rows,
    refund_row,
    seconds,
    states,
    total_rows,
)
from muniment_sandbox.shopify.pages.shelves import shelf_routes
from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.companies import CompanyLocation
from muniment_sandbox.shopify.state.drafts import DraftOrder
from muniment_sandbox.shopify.state.ledger import NotPossible, UnknownId
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import Customer

PAGE_ROWS = 50
_SHOWN_DELIVERIES = 100
_SHOWN_ACCOUNTS = 200
_SECTIONS = [("Orders", "/"), ("Products", "/products"), ("Accounts", "/accounts"), ("Hooks", "/hooks")]
_TABS = (
    ("all", "All"),
    ("unpaid", "To be paid"),
    ("unsent", "To be sent"),
    ("refunded", "Refunded"),
    ("cancelled", "Cancelled"),
)


def page_routes(app: web.Application, desk: ShopDesk) -> list[web.RouteDef]:
    """Return the routes of the pages, and serve their style sheet."""
    add_style(app)
    brand = f"{desk.shop.merchant.name} · shop"
    pages = Pages("muniment_sandbox.shopify", brand, _SECTIONS)
    counter = Counter(desk, pages)
    return [
        web.get("/", counter.orders),
        web.get("/orders/{number:\\d+}", counter.order),
        web.get("/hooks", counter.hooks),
        web.get("/accounts", counter.accounts),
        web.post("/orders", counter.place),
        web.post("/morning", counter.morning),
        web.post("/orders/{number:\\d+}/{deed}", counter.act),
        *shelf_routes(desk, pages),
    ]


class Counter:
    """Where a person stands in the shop."""

    def __init__(self, desk: ShopDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def orders(self, request: web.Request) -> web.Response:
        """The orders, the latest first."""
        tab, number = request.query.get("show", "all"), _page_number(request)
        found = [order for order in reversed(self._desk.shop.orders.values()) if _belongs(order, tab)]
        start = (number - 1) * PAGE_ROWS
        plays = request.app[PLAYS]
        return self._pages.render(
            "orders.html",
            rows=[order_row(order) for order in found[start : start + PAGE_ROWS]],
            tabs=[{"id": name, "label": label, "href": _href(name, 1)} for name, label in _TABS],
            tab=tab,
            figures=self._figures(),
            play=plays[-1].status() if plays else None,
            total=len(found),
            first=start + 1,
            last=min(start + PAGE_ROWS, len(found)),
            previous=_href(tab, number - 1) if number > 1 else None,
            next=_href(tab, number + 1) if start + PAGE_ROWS < len(found) else None,
        )

    async def order(self, request: web.Request) -> web.Response:
        """One order with all that happened to it."""
        try:
            order = self._order(request)
        except UnknownId:
            return self._pages.render("gone.html", status=404)
        company = order.purchasing_company
        return self._pages.render(
            "order.html",
            order=order,
            states=states(order) + risk_badges(order),
            refused=request.query.get("refused"),
            buttons=deed_buttons(order),
            lines=[line_row(line) for line in order.lines],
            totals=total_rows(order),
            payments=payment_rows(order),
            refunds=[refund_row(refund) for refund in order.refund_records],
            parcels=parcel_rows(order),
            fulfillment_orders=fulfillment_order_rows(order),
            returns=return_rows(order),
            disputes=dispute_rows(order),
            events=[
                (event.message, seconds(event.created_at), event.critical_alert)
                for event in reversed(order.happenings)
            ],
            deliveries=[delivery_row(each) for each in reversed(self._desk.dispatch.of_order(order))],
            company=company,
            vat_id=company.location.tax_settings.tax_registration_id if company else None,
            billing=address_rows(order.billing_address),
            shipping=address_rows(order.shipping_address),
            shop_total=f"{order.totals.total_price_set.shop_money.amount} {order.currency_code}",
            total=money(order.totals.total_price_set),
            placed=seconds(order.created_at),
            updated=seconds(order.updated_at),
        )

    async def hooks(self, _request: web.Request) -> web.Response:
        """The subscriptions and the latest deliveries."""
        dispatch = self._desk.dispatch
        latest = list(dispatch.deliveries)[-_SHOWN_DELIVERIES:]
        names = {order.number: order.name for order in self._desk.shop.orders.values()}
        return self._pages.render(
            "hooks.html",
            subscriptions=self._desk.shop.subscriptions,
            deliveries=[delivery_row(each) for each in reversed(latest)],
            names=names,
            figures=self._figures(),
            faults=self._desk.faults.switched_on(),
        )

    async def accounts(self, _request: web.Request) -> web.Response:
        """Companies, draft orders and customers, the latest drafts first."""
        shop = self._desk.shop
        return self._pages.render(
            "accounts.html",
            companies=[company_row(each) for each in shop.all_of(CompanyLocation)[:_SHOWN_ACCOUNTS]],
            drafts=[draft_row(each) for each in reversed(shop.all_of(DraftOrder)[-_SHOWN_ACCOUNTS:])],
            customers=[customer_row(each) for each in shop.all_of(Customer)[:_SHOWN_ACCOUNTS]],
        )

    async def place(self, _request: web.Request) -> web.Response:
        raise web.HTTPSeeOther(f"/orders/{place(self._desk).number}")

    async def morning(self, request: web.Request) -> web.Response:
        form = await request.post()
        begin_morning(self._desk, request, {"orders": form.get("orders", "25"), "rate": 20})
        raise web.HTTPSeeOther("/")

    async def act(self, request: web.Request) -> web.Response:
        deed = request.match_info["deed"]
        try:
            do(self._desk, deed, self._order(request))
        except UnknownId:
            return self._pages.render("gone.html", status=404)
        except NotPossible as refused:
            why = urlencode({"refused": str(refused)})
            raise web.HTTPSeeOther(f"/orders/{request.match_info['number']}?{why}") from refused
        if deed == "delete":
            raise web.HTTPSeeOther("/")
        raise web.HTTPSeeOther(f"/orders/{request.match_info['number']}")

    def _order(self, request: web.Request) -> Order:
        return self._desk.shop.order_of(int(request.match_info["number"]))

    def _figures(self) -> list[tuple[str, int]]:
        hooks = self._desk.dispatch.summary()
        return [
            ("orders", len(self._desk.shop.orders)),
            ("hooks published", hooks["published"]),
            ("delivered", hooks["delivered"]),
            ("on their way", hooks["pending"]),
            ("failed or lost", hooks["failed"] + hooks["lost"]),
        ]


def _belongs(order: Order, tab: str) -> bool:
    match tab:
        case "unpaid":
            return order.totals.total_outstanding_set.minor > 0 and order.cancelled_at is None
        case "unsent":
            return order.cancelled_at is None and any(line.unfulfilled_quantity for line in order.lines)
        case "refunded":
            return bool(order.refund_records)
        case "cancelled":
            return order.cancelled_at is not None
        case _:
            return True


def _page_number(request: web.Request) -> int:
    given = request.query.get("page", "1")
    return max(1, int(given)) if given.isdecimal() and len(given) < 8 else 1


def _href(tab: str, number: int) -> str:
    query = {key: value for key, value in (("show", tab), ("page", str(number))) if value not in ("all", "1")}
    return f"/?{urlencode(query)}" if query else "/"
