"""Serves the rows of bulk operations: whole or by Range, until the link expires."""

from __future__ import annotations

import hmac

from aiohttp import web

from muniment_sandbox.shopify.bulk.exports import Exports
from muniment_sandbox.shopify.state.bulk_operations import BulkOperation
from muniment_sandbox.shopify.state.shop import Shop

_GONE = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>ExpiredToken</Code>'
    "<Message>The provided token has expired.</Message></Error>"
)
_UNKNOWN = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code>'
    "<Message>The specified key does not exist.</Message></Error>"
)


def routes(shop: Shop, exports: Exports) -> list[web.RouteDef]:
    """Return the route of the links that ``url`` and ``partialDataUrl`` tell."""

    async def download(request: web.Request) -> web.StreamResponse:
        operation = shop.get(BulkOperation, f"gid://shopify/BulkOperation/{request.match_info['number']}")
        if operation is None or not hmac.compare_digest(
            operation.key.encode(), request.query.get("key", "").encode()
        ):
            return web.Response(text=_UNKNOWN, status=404, content_type="application/xml")
        if not operation.kept_at(shop.clock.now()):
            return web.Response(text=_GONE, status=400, content_type="application/xml")
        path = exports.file_of(operation)
        if not path.exists():
            return web.Response(text=_UNKNOWN, status=404, content_type="application/xml")
        disposition = f'attachment; filename="{operation.file_name}"'
        headers = {"Content-Type": "application/jsonl", "Content-Disposition": disposition}
        return web.FileResponse(path, headers=headers)

    return [web.get(r"/bulk/bulk-{number:\d+}.jsonl", download)]
