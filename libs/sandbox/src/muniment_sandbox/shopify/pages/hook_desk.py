"""The handlers of the pages about hooks: deliveries, one delivery, subscriptions, switches."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from muniment_sandbox.pages import Pages, form_of
from muniment_sandbox.shopify.pages.hook_rows import (
    body_text,
    delivery_row,
    open_removals,
    subscription_rows,
    switch_groups,
)
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS, FLOW_1_TOPICS, ShopDesk
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.subscribing import PRIVACY_TOPICS
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription

_SHOWN = 100
_STATES = ("all", "pending", "delivered", "failed", "lost")
_TOPICS = {"all": ALL_TOPICS, "archive": FLOW_1_TOPICS, "privacy": PRIVACY_TOPICS}


def hook_routes(desk: ShopDesk, pages: Pages) -> list[web.RouteDef]:
    """Return the routes of these pages."""
    handlers = HookDesk(desk, pages)
    return [
        web.get("/hooks", handlers.hooks),
        web.get("/hooks/{number:\\d{1,18}}", handlers.delivery),
        web.post("/hooks/switches", handlers.switch),
        web.post("/hooks/release", handlers.release),
        web.post("/subscriptions", handlers.subscribe),
        web.post("/subscriptions/{number:\\d{1,19}}/delete", handlers.unsubscribe),
    ]


class HookDesk:
    """Where a person looks after hooks."""

    def __init__(self, desk: ShopDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def hooks(self, request: web.Request) -> web.Response:
        """The latest deliveries, warnings, subscriptions, switches."""
        shop, dispatch = self._desk.shop, self._desk.dispatch
        state = request.query.get("state", "all")
        latest = [each for each in dispatch.deliveries if state in ("all", each.state.value)][-_SHOWN:]
        orders = {each.order_number or 0 for each in latest} & shop.orders.keys()
        return self._pages.render(
            "hooks.html",
            deliveries=[delivery_row(each) for each in reversed(latest)],
            names={number: shop.orders[number].name for number in orders},
            states=[(name, name == state) for name in _STATES],
            summary=dispatch.summary(),
            removals=open_removals(shop, dispatch.log.removals),
            subscriptions=subscription_rows(shop, dispatch.log.failing()),
            switches=switch_groups(self._desk.faults),
            faults=self._desk.faults.switched_on(),
            refused=request.query.get("refused"),
        )

    async def delivery(self, request: web.Request) -> web.Response:
        """One delivery: headers, attempts, body."""
        log, number = self._desk.dispatch.log, int(request.match_info["number"])
        found = log.latest.get(number) or log.waiting.get(number)
        if found is None:
            return self._pages.render("no_delivery.html", status=404)
        order = self._desk.shop.orders.get(found.order_number or 0)
        return self._pages.render(
            "delivery.html",
            row=delivery_row(found),
            subject=found.subject,
            uri=found.uri,
            headers=sorted(found.headers.items()),
            body=body_text(found.body),
            order=order,
        )

    async def switch(self, request: web.Request) -> web.Response:
        """Set the switches that the form names; an empty field is 0, ``all_off`` all of them."""
        form = await form_of(request)
        faults = self._desk.faults
        try:
            if "all_off" in form:
                faults.clear()
            else:
                faults.switch({name: float(value or 0) for name, value in form.items()})
        except ValueError as wrong:
            return _back("/hooks", str(wrong))
        return _back("/hooks")

    async def release(self, _request: web.Request) -> web.Response:
        """Send at once what is kept back."""
        self._desk.dispatch.pauses.release()
        return _back("/hooks")

    async def subscribe(self, request: web.Request) -> web.Response:
        """Subscribe an address to a set of topics, or make that part of the app's configuration."""
        form = await form_of(request)
        topics = _TOPICS.get(form.get("topics", ""), FLOW_1_TOPICS)
        uri = form.get("uri", "").strip()
        try:
            if topics is PRIVACY_TOPICS:
                self._desk.subscribe_app(uri, topics)
            else:
                self._desk.subscribe_all(uri, topics)
        except (NotPossible, ValueError) as refused:
            return _back("/hooks", str(refused))
        return _back("/hooks")

    async def unsubscribe(self, request: web.Request) -> web.Response:
        gid = f"gid://shopify/WebhookSubscription/{request.match_info['number']}"
        found = self._desk.shop.get(WebhookSubscription, gid)
        if found is not None:
            self._desk.shop.unsubscribe(found)
        return _back("/hooks")


def _back(path: str, refused: str | None = None) -> web.Response:
    """Return the way back to a page, with what was refused."""
    where = f"{path}?{urlencode({'refused': refused})}" if refused else path
    return web.Response(status=303, headers={"Location": where})
