"""Search, and the list of regions."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from zlib import crc32

from muniment_sandbox.ecm.answers import bare, links, page_of, paging
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.lql import And, BadQuery, Not, Operator, Or, Query, Term, parse, written
from muniment_sandbox.ecm.state.matching import words_of
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.regions import ATTRIBUTE, LOCATION, Region, Sort
from muniment_sandbox.ecm.state.search import ALL
from muniment_sandbox.ecm.views.search import facets_of, header, regions_metadata, search_result, sort_links

routes = Routes()
DEFAULT_LIMIT = 10
MAX_WORDS = 100
DEFAULT_REGIONS = ("OTMIMEType", "OTName", "OTObjectDate", "OTObjectSize", "OTLocation", "OTCreatedBy")
_RELEVANCE = "relevance"
_MODIFIERS: dict[str, Callable[[str], Term]] = {
    "relatedto": lambda word: Term("", Operator.STEM, word),
    "soundslike": lambda word: Term("", Operator.PHONETIC, word),
    "wordbeginswith": lambda word: Term("", Operator.HAS, f"{word}*"),
    "wordendswith": lambda word: Term("", Operator.HAS, f"*{word}"),
}


@routes.on("GET", "/v2/search")
@routes.on("POST", "/v2/search")
def search(call: Call) -> Answer:
    """A page of what the query finds and the caller may see; a page beyond the last is empty."""
    query = _query(call)
    page = page_of(call, default=DEFAULT_LIMIT)
    found = call.state.access.visible(
        call.state.search.find(query, call.form.text("within", ALL).lower()), call.member
    )
    sort = _sorted(call, found, query)
    shown = _regions(call)
    items = [search_result(call, node, shown) for node in found[page.start : page.stop]]
    paged: JsonObject = {
        **paging(page, len(found)),
        "result_header_string": header(page, len(found), sort),
        "links": {},
    }
    searching: JsonObject = {
        "cache_id": crc32(written(query).encode()),
        "regions_metadata": regions_metadata(shown),
        "regions_order": [region.name for region in shown],
        "result_title": "Search results: Enterprise",
    }
    if {"facets", "facets_raw"} & set(call.form.texts("options")):
        searching["facets"] = facets_of(found, call.state.members)
    sorting: JsonObject = {"links": sort_links(call), "sort": [sort]}
    return Answer({
        "collection": {"paging": paged, "searching": searching, "sorting": sorting},
        "links": links(call),
        "results": items,
    })  # fmt: skip


@routes.on("GET", "/v1/regions")
def list_regions(call: Call) -> Answer:
    """Every region, those of the category attributes too."""
    regions: list[Json] = [_shown(one.name, one.title, one) for one in call.state.search.regions.all()]
    for name, title in call.state.categories.attribute_regions():
        regions.append(_shown(name, title, None))
    return bare({"data": regions})


def _query(call: Call) -> Query:
    """What is looked for: by a saved query and ``where``, and in which places."""
    saved_id, text = call.form.integer("query_id"), call.form.text("where").strip()
    if saved_id is not None:
        query = _with_saved(call, parse(call.state.saved_queries.where(call.reachable(saved_id))), text)
    else:
        query = _asked(call, text)
    places = [
        Term(LOCATION, Operator.HAS, str(call.form.required_integer(name)))
        for name in call.form.all()
        if name.startswith("location_id") and name.removeprefix("location_id").isdigit()
    ]
    return And(query, reduce(Or, places[1:], _as_query(places[0]))) if places else query


def _with_saved(call: Call, saved: Query, text: str) -> Query:
    """The saved query, joined with ``where`` as ``boolean`` says (``or`` unless it says otherwise)."""
    if not text:
        return saved
    asked, joint = _asked(call, text), call.form.text("boolean").lower()
    if joint == "not":
        return And(saved, Not(asked))
    return And(saved, asked) if joint == "and" else Or(saved, asked)


def _asked(call: Call, text: str) -> Query:
    """What ``where`` says: in the language, as words, or as a phrase."""
    mode = call.form.text("lookfor", "complexquery").lower()
    if not text:
        raise BadQuery
    if mode in ("allwords", "anywords", "exactphrase"):
        query = _words_query(call, text, mode)
    elif mode in ("complexquery", ""):
        query = parse(text)
    else:
        raise Refused(Kind.INVALID, "Invalid datatype specified for argument 'lookfor'")
    return query


def _words_query(call: Call, text: str, mode: str) -> Query:
    if mode == "exactphrase":
        return Term("", Operator.HAS, text.strip('"'))
    words = words_of(text)
    if not 0 < len(words) <= MAX_WORDS:
        raise BadQuery
    plain: Callable[[str], Term] = lambda word: Term("", Operator.HAS, word)  # noqa: E731 - stands in for a modifier
    modified = _MODIFIERS.get(call.form.text("modifier").lower(), plain)
    terms = [modified(word) for word in words]
    joined: Callable[[Query, Query], Query] = And if mode == "allwords" else Or
    return reduce(joined, terms[1:], _as_query(terms[0]))


def _as_query(term: Term) -> Query:
    return term


def _sorted(call: Call, found: list[Node], query: Query) -> str:
    """Sort in place by a region (ascending when not said), or by relevance; return what it is sorted by."""
    given = call.form.text("sort") or _RELEVANCE
    if given == _RELEVANCE:
        words = _positive_words(query)
        found.sort(key=lambda node: (_score(node, words), node.modify_date, node.id), reverse=True)
        return _RELEVANCE
    direction, _, name = given.partition("_")
    if direction not in ("asc", "desc"):
        direction, name = "asc", given
    region = call.state.search.regions.find(name)
    if region is None or region.name == LOCATION:
        raise Refused(Kind.INVALID, "Invalid datatype specified for argument 'sort'")
    found.sort(key=lambda node: _sort_key(region, node), reverse=direction == "desc")
    return f"{direction}_{region.name}"


def _sort_key(region: Region, node: Node) -> tuple[int, str, int]:
    values = region.values(node)
    first = values[0] if values else None
    if region.sort is Sort.NUMBER:
        return (int(str(first)) if first is not None else -1, "", node.id)
    return (0, str(first).casefold() if first is not None else "", node.id)


def _positive_words(query: Query) -> list[str]:
    if isinstance(query, Term):
        return words_of(query.operand) if query.operator is Operator.HAS else []
    if isinstance(query, And | Or):
        return _positive_words(query.left) + _positive_words(query.right)
    return []


def _score(node: Node, words: list[str]) -> int:
    name = node.name.casefold()
    return sum(1 for word in words if word in name)


def _regions(call: Call) -> list[Region]:
    names = call.form.texts("select") or list(DEFAULT_REGIONS)
    found = [call.state.search.regions.find(name.strip()) for name in names]
    return [region for region in found if region is not None]


def _shown(name: str, title: str, region: Region | None) -> JsonObject:
    sortable = region is None or region.name != LOCATION
    return {
        "display_name": title,
        "displayable": True,
        "facet": ATTRIBUTE.fullmatch(name) is None,
        "name": name,
        "queryable": True,
        "search_by_default": name in ("OTName", "OTDescription"),
        "sortable": sortable,
    }
