"""Collections that come page by page, read to their end and no further."""

from __future__ import annotations

from collections.abc import AsyncIterator

from muniment_ecm.answers import JsonObject, has_more, json_object
from muniment_ecm.session import Session
from muniment_ecm.transport import Params

MAX_PAGES = 10_000
"""A bound for servers whose count of pages never comes true."""


async def pages(
    session: Session, path: str, *, what: str, limit: int, params: Params = ()
) -> AsyncIterator[JsonObject]:
    """Yield the answer of each page of a ``GET`` collection; the server's ``page_total`` ends it."""
    for page in range(1, MAX_PAGES + 1):
        answer = await session.request(
            "GET", path, what=what, repeatable=True, params=[*params, ("limit", limit), ("page", page)]
        )
        content = json_object(answer, what)
        yield content
        if not has_more(content, page):
            return
