"""The control endpoints under ``/_sandbox``: what no real shop has, for tests, demos and drills."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web

from muniment_sandbox.shopify.deeds import do, place
from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.playing import Play
from muniment_sandbox.shopify.shop_desk import FLOW_1_TOPICS, ShopDesk
from muniment_sandbox.shopify.state.ledger import NotPossible, UnknownId
from muniment_sandbox.shopify.state.orders import Order

PLAYS: web.AppKey[list[Play]] = web.AppKey("plays", list)

_MAX_ORDERS = 10_000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(desk: ShopDesk) -> list[web.RouteDef]:
    """Return the control routes."""
    control = _Control(desk)
    return [
        web.get("/_sandbox/health", control.health),
        web.get("/_sandbox/orders", control.list_orders),
        web.post("/_sandbox/orders", control.place_order),
        web.post("/_sandbox/orders/{number}/{deed}", control.act),
        web.get("/_sandbox/deliveries", control.list_deliveries),
        web.get("/_sandbox/faults", control.show_faults),
        web.post("/_sandbox/faults", control.switch_faults),
        web.post("/_sandbox/subscriptions", control.subscribe),
        web.post("/_sandbox/tokens/expire", control.expire_tokens),
        web.get("/_sandbox/morning", control.show_morning),
        web.post("/_sandbox/morning", control.play_morning),
    ]


class _Control:
    def __init__(self, desk: ShopDesk) -> None:
        self.desk = desk

    async def health(self, _request: web.Request) -> web.Response:
        return _json({"ready": True, "orders": len(self.desk.shop.orders)})

    async def list_orders(self, _request: web.Request) -> web.Response:
        return _json({"orders": [_told(order) for order in self.desk.shop.orders.values()]})

    async def place_order(self, _request: web.Request) -> web.Response:
        return _json(_told(place(self.desk)), status=201)

    async def act(self, request: web.Request) -> web.Response:
        order = self.desk.shop.order_of(int(request.match_info["number"]))
        do(self.desk, request.match_info["deed"], order, await _body(request))
        return _json(_told(order))

    async def list_deliveries(self, request: web.Request) -> web.Response:
        """``limit`` is how many of the latest are wanted; 1,000 unless said otherwise."""
        limit = max(int(request.query.get("limit", "1000")), 1)
        shown = list(self.desk.dispatch.deliveries)[-limit:]
        told = [delivery.told() for delivery in shown]
        return _json({"summary": self.desk.dispatch.summary(), "deliveries": told})

    async def show_faults(self, _request: web.Request) -> web.Response:
        return _json(self.desk.faults.as_dict())

    async def switch_faults(self, request: web.Request) -> web.Response:
        self.desk.faults.switch(await _body(request))
        return _json(self.desk.faults.as_dict())

    async def subscribe(self, request: web.Request) -> web.Response:
        wish = await _body(request)
        self.desk.subscribe_all(str(wish["uri"]), wish.get("topics") or FLOW_1_TOPICS)
        return _json({"subscriptions": len(self.desk.shop.subscriptions)}, status=201)

    async def expire_tokens(self, _request: web.Request) -> web.Response:
        self.desk.tokens.expire_all()
        return _json({"expired": True})

    async def play_morning(self, request: web.Request) -> web.Response:
        return _json(begin_morning(self.desk, request, await _body(request)).status(), status=202)

    async def show_morning(self, request: web.Request) -> web.Response:
        plays = request.app[PLAYS]
        if not plays:
            raise UnknownId("No morning has been played yet; POST to this address to play one.")
        return _json(plays[-1].status())


@web.middleware
async def sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what the shop refuses into a sentence with the right status, for the control endpoints."""
    if not request.path.startswith("/_sandbox/"):
        return await handler(request)
    try:
        return await handler(request)
    except UnknownId as missing:
        return _json({"error": str(missing)}, status=404)
    except NotPossible as refused:
        return _json({"error": str(refused)}, status=409)
    except (ValueError, KeyError, TypeError) as wrong:
        return _json({"error": f"The request cannot be understood: {wrong}"}, status=400)


@web.middleware
async def own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page makes a browser send to the pages or the control endpoints."""
    came_from = request.headers.get("Sec-Fetch-Site", "none")
    if request.method == "POST" and came_from not in ("none", "same-origin"):
        raise web.HTTPForbidden(text="This was sent from another site's page.")
    return await handler(request)


def begin_morning(desk: ShopDesk, request: web.Request, wish: Mapping[str, Any]) -> Play:
    """Start playing the wished morning; raises ValueError for a wish that makes no sense."""
    orders = int(wish.get("orders", 25))
    if not 1 <= orders <= _MAX_ORDERS:
        raise ValueError(f"orders must be between 1 and {_MAX_ORDERS}")
    start = datetime.fromisoformat(wish["start"]) if wish.get("start") else None
    play = Play(
        desk,
        Morning(int(wish.get("seed", 7)), orders, frozenset(wish.get("flows", ()))),
        float(wish.get("rate", 0)),
        start,
    )
    play.begin()
    request.app[PLAYS].append(play)
    return play


def _told(order: Order) -> dict[str, object]:
    total = order.totals.total_price_set.presentment_money
    return {
        "id": order.id,
        "number": str(order.number),
        "name": order.name,
        "total": {"amount": total.amount, "currency": total.currency_code},
        "financial_status": order.display_financial_status,
        "fulfillment_status": order.display_fulfillment_status,
        "cancelled": order.cancelled_at is not None,
        "updated_at": order.updated_at.isoformat(),
        "transactions": len(order.payments),
        "refunds": len(order.refund_records),
        "fulfillments": len(order.parcels),
        "edits": sum(1 for contract in order.contracts if contract.reason == "ORDER_EDIT"),
    }


async def _body(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    if not raw:
        return {}
    body = orjson.loads(raw)
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def _json(body: object, *, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
