"""The handlers of the pages: they read the shop, and do with it what its buttons say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import TypeVar
from urllib.parse import urlencode

from aiohttp import web

from muniment_sandbox.pages import Pages, add_style
from muniment_sandbox.shopify.control import PLAYS, begin_morning
from muniment_sandbox.shopify.deeds import do, place
from muniment_sandbox.shopify.occasions.choosing import latest_of
from muniment_sandbox.shopify.order_pages import latest_orders
from muniment_sandbox.shopify.pages.app_desk import app_routes
from muniment_sandbox.shopify.pages.decision_rows import (
    company_row,
    customer_row,
    dispute_rows,
    draft_row,
    fulfillment_order_rows,
    return_rows,
    risk_badges,
)
from muniment_sandbox.shopify.pages.hook_desk import hook_routes
from muniment_sandbox.shopify.pages.hook_rows import delivery_row
from muniment_sandbox.shopify.pages.rows import (
    address_rows,
    deed_buttons,
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
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import NotPossible, UnknownId
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.shop import Shop

E = TypeVar("E", bound=Entity)

PAGE_ROWS = 50
_SHOWN_ACCOUNTS = 200
_SECTIONS = [
    ("Orders", "/"),
    ("Products", "/products"),
    ("Accounts", "/accounts"),
    ("Hooks", "/hooks"),
    ("App", "/app"),
]
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
        web.get("/accounts", counter.accounts),
        web.post("/orders", counter.place),
        web.post("/morning", counter.morning),
        web.post("/orders/{number:\\d+}/{deed}", counter.act),
        *shelf_routes(desk, pages),
        *hook_routes(desk, pages),
        *app_routes(desk, pages),
    ]


class Counter:
    """Where a person stands in the shop."""

    def __init__(self, desk: ShopDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def orders(self, request: web.Request) -> web.Response:
        """The orders, the latest first."""
        tab = request.query.get("show", "all")
        page = latest_orders(
            self._desk.shop, PAGE_ROWS, before=_number(request, "before"), where=_CONDITIONS.get(tab)
        )
        plays = request.app[PLAYS]
        return self._pages.render(
            "orders.html",
            rows=[order_row(order) for order in page.orders],
            tabs=[{"id": name, "label": label, "href": _href(name)} for name, label in _TABS],
            tab=tab,
            figures=self._figures(),
            play=plays[-1].status() if plays else None,
            newer=None if page.newer is None else _href(tab, page.newer),
            older=None if page.older is None else _href(tab, page.older),
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

    async def accounts(self, request: web.Request) -> web.Response:
        """Companies, draft orders and customers, the latest drafts first."""
        shop = self._desk.shop
        return self._pages.render(
            "accounts.html",
            companies=[company_row(each) for each in _first(shop, CompanyLocation)],
            drafts=[draft_row(each) for each in latest_of(shop, DraftOrder)[:_SHOWN_ACCOUNTS]],
            customers=[customer_row(each) for each in _first(shop, Customer)],
            refused=request.query.get("refused"),
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


def _is_unpaid(order: Order) -> bool:
    if order.cancelled_at is not None or order.closed:
        return False
    return order.totals.total_outstanding_set.minor > 0


def _is_unsent(order: Order) -> bool:
    return order.cancelled_at is None and any(line.unfulfilled_quantity for line in order.lines)


_CONDITIONS: Mapping[str, Callable[[Order], bool]] = {
    "cancelled": lambda order: order.cancelled_at is not None,
    "refunded": lambda order: bool(order.refund_records),
    "unpaid": _is_unpaid,
    "unsent": _is_unsent,
}


def _first(shop: Shop, kind: type[E]) -> list[E]:
    found = islice(shop.numbered(kind).values(), _SHOWN_ACCOUNTS)
    return [each for each in found if isinstance(each, kind)]


def _number(request: web.Request, name: str) -> int:
    given = request.query.get(name, "0")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 20 else 0


def _href(tab: str, before: int = 0) -> str:
    query = {
        key: value for key, value in (("show", tab), ("before", str(before))) if value not in ("all", "0")
    }
    return f"/?{urlencode(query)}" if query else "/"
