"""Search: the way to what is spread over many places. The index lags and knows only what it was told.

So a search gives ids, and what they say is read from the nodes afterwards: a node that is gone is left out,
and what no longer fits is for the caller to see. For what this process has just written, read the node, not
the index.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from muniment_ecm.answers import integer, json_object, part, results
from muniment_ecm.forms import form
from muniment_ecm.nodes import MAX_IDS_A_LIST, Node, Nodes
from muniment_ecm.search_query import Query
from muniment_ecm.session import Session

PAGE_SIZE = 100
MAX_RESULTS = 100_000


class Search:
    """Asks the index and reads what it names."""

    def __init__(self, session: Session, nodes: Nodes) -> None:
        self._session = session
        self._nodes = nodes

    async def ids(
        self, query: Query, *, at_most: int = MAX_RESULTS, sort: str = "desc_OTObjectDate"
    ) -> AsyncIterator[int]:
        """Yield the ids that the index names, each once. ``sort`` is the server's.

        Ends at an empty page and at a page that says nothing new: real servers answer a page beyond the last
        one with the last one again.
        """
        seen: set[int] = set()
        cache_id, page = "", 1
        while True:
            found, cache_id = await self._page(query, page, sort, cache_id)
            fresh = [node_id for node_id in dict.fromkeys(found) if node_id not in seen]
            for node_id in fresh[: at_most - len(seen)]:
                yield node_id
            seen.update(fresh)
            if not fresh or len(seen) >= at_most:
                return
            page += 1

    async def nodes(
        self,
        query: Query,
        *,
        at_most: int = MAX_RESULTS,
        sort: str = "desc_OTObjectDate",
        with_categories: bool = False,
    ) -> AsyncIterator[Node]:
        """Yield the nodes as they are now, read in lists of 250; those that are gone are left out."""
        batch: list[int] = []
        async for node_id in self.ids(query, at_most=at_most, sort=sort):
            batch.append(node_id)
            if len(batch) == MAX_IDS_A_LIST:
                for node in await self._read(batch, with_categories):
                    yield node
                batch = []
        for node in await self._read(batch, with_categories):
            yield node

    async def _read(self, ids: list[int], with_categories: bool) -> list[Node]:
        order = {node_id: place for place, node_id in enumerate(ids)}
        found = await self._nodes.get_many(ids, with_categories=with_categories)
        return sorted(found, key=lambda node: order.get(node.id, len(order)))

    async def _page(self, query: Query, page: int, sort: str, cache_id: str) -> tuple[list[int], str]:
        what = "search"
        fields = {"where": query.text, "limit": str(PAGE_SIZE), "page": str(page), "sort": sort}
        if cache_id:
            fields["cache_id"] = cache_id
        answer = await self._session.request(
            "POST", "/v2/search", what=what, repeatable=True, form=form(fields)
        )
        content = json_object(answer, what)
        ids = [
            integer(part(result, "data", "properties"), "id")
            or integer(part(result, "search_result_metadata"), "object_id")
            for result in results(content, what)
        ]
        cache = integer(part(content, "collection", "searching"), "cache_id")
        return [node_id for node_id in ids if node_id > 0], str(cache) if cache else cache_id
