"""Serves the bytes of files, as Shopify's delivery network does: until the file goes."""

from __future__ import annotations

from aiohttp import web

from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.files import ShopFile, StoredBytes
from muniment_sandbox.shopify.state.serving import (
    FILE_FOLDER,
    FILE_KINDS,
    LABEL_FOLDER,
    PREVIEW_FOLDER,
    file_named,
)

_HEADERS = {
    "Cache-Control": "public, max-age=31557600",
    "X-Content-Type-Options": "nosniff",
}
_LOCKED = {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'self'"}
_INERT = {"application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp"}
"""What a browser shows and never runs in the shop's name; a policy would keep it from showing a PDF."""


def routes(desk: ShopDesk) -> list[web.RouteDef]:
    """Return the routes of files, of return labels, and of the preview pictures of videos and models.

    What is asked for with an old version is the file as it is now: a cache would have answered that.
    """

    async def file(request: web.Request) -> web.Response:
        known = file_named(desk.shop, request.match_info["name"])
        return _served(request, known.stored if known else None)

    async def preview(request: web.Request) -> web.Response:
        number = request.match_info["number"]
        gids = (f"gid://shopify/{kind.gid_type}/{number}" for kind in FILE_KINDS)
        known = next((found for gid in gids if (found := desk.shop.get(ShopFile, gid))), None)
        return _served(request, known.picture if known else None)

    async def label(request: web.Request) -> web.Response:
        gid = f"gid://shopify/StoredBytes/{request.match_info['number']}"
        return _served(request, desk.shop.get(StoredBytes, gid))

    return [
        web.get(FILE_FOLDER + "{name}", file),
        web.get(LABEL_FOLDER + "{number:\\d{1,19}}", label),
        web.get(PREVIEW_FOLDER + "{number:\\d{1,19}}", preview),
    ]


def _served(request: web.Request, stored: StoredBytes | None) -> web.Response:
    if stored is None:
        return web.Response(status=404, text="Not Found", headers={"Cache-Control": "no-store"})
    tag = f'"{stored.number}"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    policy = {} if stored.media_type in _INERT else _LOCKED
    headers = {**_HEADERS, **policy, "Content-Type": stored.media_type, "ETag": tag}
    return web.Response(body=stored.content, headers=headers)
