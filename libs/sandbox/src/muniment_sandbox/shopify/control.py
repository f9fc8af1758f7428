"""The control endpoints under ``/_sandbox``: what no real shop has, for tests, demos and drills."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from muniment_sandbox.shopify.deeds import do, place
from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.occasions import befall
from muniment_sandbox.shopify.order_pages import orders_after
from muniment_sandbox.shopify.playing import Play
from muniment_sandbox.shopify.shop_desk import ShopDesk
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
        web.post("/_sandbox/occasions/{name}", control.befall),
        web.get("/_sandbox/deliveries", control.list_deliveries),
        web.get("/_sandbox/faults", control.show_faults),
        web.post("/_sandbox/faults", control.switch_faults),
        web.get("/_sandbox/morning", control.show_morning),
        web.post("/_sandbox/morning", control.play_morning),
    ]


class _Control:
    def __init__(self, desk: ShopDesk) -> None:
        self.desk = desk

    async def health(self, _request: web.Request) -> web.Response:
        return answer({"ready": True, "orders": len(self.desk.shop.orders)})

    async def list_orders(self, request: web.Request) -> web.Response:
        """The orders from the oldest on, ``limit`` of them; ``after`` is the number of the last one seen.

        ``next`` is where the next page goes on, null at the end.
        """
        limit = _whole(request, "limit", 250, most=1_000)
        after = _whole(request, "after", 0, most=2**63 - 1)
        orders = orders_after(self.desk.shop, after, limit + 1)
        more = orders[limit - 1].number if len(orders) > limit else None
        return answer({"orders": [_told(order) for order in orders[:limit]], "next": more})

    async def place_order(self, _request: web.Request) -> web.Response:
        return answer(_told(place(self.desk)), status=201)

    async def act(self, request: web.Request) -> web.Response:
        order = self.desk.shop.order_of(int(request.match_info["number"]))
        do(self.desk, request.match_info["deed"], order, await body_of(request))
        return answer(_told(order))

    async def befall(self, request: web.Request) -> web.Response:
        """Let an occasion come about; ``seed`` decides whom it befalls and what is done."""
        seed = str((await body_of(request)).get("seed", ""))
        happened = befall(self.desk.shop, request.match_info["name"], seed)
        return answer({"done": happened.is_done, "words": happened.words})

    async def list_deliveries(self, request: web.Request) -> web.Response:
        """``limit`` is how many of the latest are wanted; 1,000 unless said otherwise."""
        limit = _whole(request, "limit", 1_000, most=1_000_000)
        shown = list(self.desk.dispatch.deliveries)[-limit:]
        told = [delivery.told() for delivery in shown]
        return answer({"summary": self.desk.dispatch.summary(), "deliveries": told})

    async def show_faults(self, _request: web.Request) -> web.Response:
        return answer(self.desk.faults.as_dict())

    async def switch_faults(self, request: web.Request) -> web.Response:
        self.desk.faults.switch(await body_of(request))
        return answer(self.desk.faults.as_dict())

    async def play_morning(self, request: web.Request) -> web.Response:
        return answer(begin_morning(self.desk, request, await body_of(request)).status(), status=202)

    async def show_morning(self, request: web.Request) -> web.Response:
        plays = request.app[PLAYS]
        if not plays:
            raise UnknownId("No morning has been played yet; POST to this address to play one.")
        return answer(plays[-1].status())


@web.middleware
async def sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what the shop refuses into a sentence with the right status, for the control endpoints."""
    if not request.path.startswith("/_sandbox/"):
        return await handler(request)
    try:
        return await handler(request)
    except UnknownId as missing:
        return answer({"error": str(missing)}, status=404)
    except NotPossible as refused:
        return answer({"error": str(refused)}, status=409)
    except (ValueError, KeyError, TypeError) as wrong:
        return answer({"error": f"The request cannot be understood: {wrong}"}, status=400)


@web.middleware
async def own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page makes a browser send to the pages or the control endpoints.

    Browsers say where a form comes from in ``Sec-Fetch-Site`` (Fetch Metadata) and in ``Origin`` (RFC 6454).
    """
    if request.method in ("POST", "PUT", "PATCH", "DELETE"):
        came_from = request.headers.get("Sec-Fetch-Site", "none")
        origin = request.headers.get("Origin", "")
        is_foreign = origin != "" and urlsplit(origin).netloc != request.host
        if is_foreign or came_from not in ("none", "same-origin"):
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


def _whole(request: web.Request, name: str, usual: int, *, most: int) -> int:
    given = request.query.get(name, str(usual))
    if not (given.isascii() and given.isdecimal() and len(given) < 20 and int(given) <= most):
        raise ValueError(f"{name} must be a whole number of at most {most}")
    return int(given)


async def body_of(request: web.Request) -> dict[str, Any]:
    """Return the JSON object of a request, an empty one without a body; raises ValueError or TypeError."""
    raw = await request.read()
    if not raw:
        return {}
    body = orjson.loads(raw)
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def answer(body: object, *, status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
