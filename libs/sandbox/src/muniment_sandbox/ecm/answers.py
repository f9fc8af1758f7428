"""The two generations of answers: bare objects (v1), and ``links`` with ``results`` (v2); paging; errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state.refusals import Kind, Refused, invalid_argument

UNKNOWN_URL = "The REST API URL could not be found in the mappings registry"

_STATUSES: dict[Kind, tuple[int, int]] = {
    Kind.INVALID: (400, 400),
    Kind.NODE_MISSING: (500, 500),
    Kind.NODE_UNREADABLE: (400, 400),
    Kind.NOT_FOUND: (404, 404),
    Kind.DUPLICATE: (400, 500),
    Kind.CONFLICT: (409, 409),
    Kind.FAILED: (500, 500),
    Kind.UNAUTHENTICATED: (401, 401),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a collection is asked for, from 1."""

    number: int
    limit: int

    @property
    def start(self) -> int:
        return (self.number - 1) * self.limit

    @property
    def stop(self) -> int:
        return self.number * self.limit


def page_of(call: Call, *, default: int, most: int = 1000) -> Page:
    """The page a request asks for; more than ``most`` items a page are cut to ``most``."""
    number, limit = call.form.integer("page"), call.form.integer("limit")
    if number is not None and number < 1:
        raise invalid_argument("page")
    if limit is not None and limit < 1:
        raise invalid_argument("limit")
    return Page(number or 1, min(limit or default, most))


def bare(body: Json) -> Answer:
    """A v1 answer."""
    return Answer(body)


def results(call: Call, body: Json) -> Answer:
    """A v2 answer: an object for one resource, a list for a collection."""
    return Answer({"links": links(call), "results": body})


def nothing(call: Call) -> Answer:
    """The v2 answer that says only that it worked; never an empty body."""
    return Answer({"links": links(call), "results": {}})


def collection(call: Call, items: Sequence[Json], page: Page, total: int, sort: str) -> Answer:
    """A page of nodes, members or audit entries: paging under ``collection``."""
    paged = paging(page, total)
    paged["links"] = {"data": _page_links(call, page, total)}
    return Answer({
        "collection": {"paging": paged, "sorting": {"sort": [{"key": "sort", "value": sort}]}},
        "links": links(call),
        "results": items,
    })  # fmt: skip


def workspace_page(call: Call, items: Sequence[Json], page: Page, total: int) -> Answer:
    """A page of business workspaces or related items: paging at the top level."""
    paged = paging(page, total)
    paged["actions"] = _page_links(call, page, total)
    return Answer({
        "links": links(call),
        "meta_data": {},
        "paging": paged,
        "results": items,
        "wksp_info": {"wksp_type_icon": None},
    })  # fmt: skip


def paging(page: Page, total: int) -> JsonObject:
    first = min(page.start + 1, total) if page.start < total else 0
    return {
        "limit": page.limit,
        "page": page.number,
        "page_total": max(1, -(-total // page.limit)),
        "range_max": min(page.stop, total) if page.start < total else 0,
        "range_min": first,
        "total_count": total,
    }


def links(call: Call) -> JsonObject:
    return {"data": {"self": link(call.href, call.method)}}


def link(href: str, method: str = "GET", name: str = "") -> JsonObject:
    return {"body": "", "content_type": "", "href": href, "method": method, "name": name}


def refusal(refused: Refused, version: int) -> Answer:
    """The answer to a request that cannot be carried out."""
    body: JsonObject = {"error": refused.text}
    if refused.detail is not None:
        body["errorDetail"] = refused.detail
    return Answer(body, status=_STATUSES[refused.kind][version - 1])


def _page_links(call: Call, page: Page, total: int) -> JsonObject:
    path, _, query = call.href.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith("page=")]
    shown: JsonObject = {}
    if page.number > 1:
        shown["previous"] = link(f"{path}?{'&'.join([*kept, f'page={page.number - 1}'])}", name="Previous")
    if page.stop < total:
        shown["next"] = link(f"{path}?{'&'.join([*kept, f'page={page.number + 1}'])}", name="Next")
    return shown
