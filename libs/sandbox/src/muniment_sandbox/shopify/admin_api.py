"""The Admin API over HTTP: GraphQL, and the token endpoint."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from muniment_sandbox.shopify.graphql.access import opens
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.disputes import ShopifyPaymentsDispute
from muniment_sandbox.shopify.tokens import GrantRefused
from muniment_sandbox.shopify.versions import answering_version

_UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"
_HTML_500 = (
    "<!DOCTYPE html><html><head><title>Error 500</title></head><body>Something went wrong</body></html>"
)


def routes(desk: ShopDesk) -> web.RouteTableDef:
    """Return the routes that an app calls."""
    table = web.RouteTableDef()

    @table.post("/admin/api/{version}/graphql.json")
    async def graphql(request: web.Request) -> web.Response:
        return await _graphql(desk, request)

    @table.post("/admin/api/{version}/shopify_payments/disputes/{number:\\d+}/dispute_file_uploads.json")
    async def dispute_file(request: web.Request) -> web.Response:
        return await _dispute_file(desk, request)

    @table.post("/admin/oauth/access_token")
    async def access_token(request: web.Request) -> web.Response:
        return await _grant(desk, request)

    return table


async def _graphql(desk: ShopDesk, request: web.Request) -> web.Response:
    version = answering_version(request.match_info["version"])
    if version is None:
        return _json({"errors": "Not Found"}, status=404)
    if desk.faults.api_latency_s:
        await asyncio.sleep(desk.faults.api_latency_s)
    headers = {"X-Shopify-API-Version": version, "X-Request-Id": str(uuid.uuid4())}
    if not desk.tokens.opens(request.headers.get("X-Shopify-Access-Token")) or _happens(
        desk, "api_unauthorized"
    ):
        return _json({"errors": _UNAUTHORIZED}, status=401, headers=headers)
    if _happens(desk, "api_error"):
        return web.Response(text=_HTML_500, status=500, content_type="text/html", headers=headers)
    asked = await _document(request)
    if isinstance(asked, str):
        return _json({"errors": asked}, status=400, headers=headers)
    if _happens(desk, "api_throttled"):
        desk.bucket.drain()
    body = desk.engine.answer(
        Request(
            desk.shop,
            version,
            desk.tokens.scopes_of(request.headers.get("X-Shopify-Access-Token")),
            f"{request.scheme}://{request.host}",
        ),
        asked["query"],
        asked.get("variables") or {},
        asked.get("operationName"),
        desk.bucket,
        debug_cost=request.headers.get("Shopify-GraphQL-Cost-Debug") == "1",
    )
    desk.exports.look()
    return _json(body, headers=headers)


async def _dispute_file(desk: ShopDesk, request: web.Request) -> web.Response:
    """Take a file for a dispute: no GraphQL mutation does. Source: Shopify's REST Admin API."""
    token = request.headers.get("X-Shopify-Access-Token")
    if not desk.tokens.opens(token):
        return _json({"errors": _UNAUTHORIZED}, status=401)
    if not opens(desk.tokens.scopes_of(token), "write_shopify_payments_dispute_evidences"):
        return _json({"errors": "This action requires merchant approval for its scope."}, status=403)
    gid = f"gid://shopify/ShopifyPaymentsDispute/{request.match_info['number']}"
    dispute = desk.shop.get(ShopifyPaymentsDispute, gid)
    if dispute is None:
        return _json({"errors": "Not Found"}, status=404)
    try:
        given = orjson.loads(await request.read())["dispute_file_upload"]
        size = len(base64.b64decode(given["data"], validate=True))
        name, file_type = str(given["filename"]), str(given["mimetype"])
    except (ValueError, KeyError, TypeError):
        return _json({"errors": {"dispute_file_upload": ["is invalid"]}}, status=422)
    made = desk.shop.upload_dispute_file(dispute, name, file_type, size)
    told = {
        "id": made.number,
        "dispute_evidence_id": dispute.dispute_evidence.number,
        "dispute_evidence_type": given.get("document_type"),
        "file_type": made.file_type,
        "file_size": made.file_size,
        "original_filename": made.original_file_name,
        "url": made.url,
    }
    return _json({"dispute_file_upload": told}, status=201)


async def _document(request: web.Request) -> dict[str, Any] | str:
    """Return the request's query and variables, or what is wrong with it."""
    raw = await request.read()
    if request.content_type == "application/graphql":
        return {"query": raw.decode("utf-8", "replace")}
    try:
        asked = orjson.loads(raw)
    except ValueError:
        return "Invalid JSON"
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        return "A query attribute must be specified and must be a string."
    if not isinstance(asked.get("variables") or {}, dict):
        return "Variables must be an object."
    return asked


async def _grant(desk: ShopDesk, request: web.Request) -> web.Response:
    form = await _form(request)
    if form is None:
        return _json(
            {"error": "invalid_request", "error_description": "The body cannot be read."}, status=400
        )
    try:
        grant = desk.tokens.grant(form)
    except GrantRefused as refused:
        return _json({"error": refused.code, "error_description": refused.description}, status=400)
    return _json({"access_token": grant.access_token, "scope": grant.scope, "expires_in": grant.expires_in})


async def _form(request: web.Request) -> Mapping[str, object] | None:
    if request.content_type != "application/json":
        return dict(await request.post())
    try:
        body = await request.json(loads=json.loads)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _happens(desk: ShopDesk, fault: str) -> bool:
    probability: float = getattr(desk.faults, fault)
    return probability > 0 and desk.chance.random() < probability


def _json(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        body=orjson.dumps(body), status=status, content_type="application/json", headers=headers
    )
