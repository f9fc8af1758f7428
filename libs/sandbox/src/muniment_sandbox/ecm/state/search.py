"""Search over all items; on request by an index that learns of changes late, as the real one does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from muniment_sandbox.ecm.state.clock import Clock
from muniment_sandbox.ecm.state.documents import Documents
from muniment_sandbox.ecm.state.lql import Query
from muniment_sandbox.ecm.state.matching import Matching
from muniment_sandbox.ecm.state.nodes import VOLUMES, Node
from muniment_sandbox.ecm.state.regions import Regions, texts
from muniment_sandbox.ecm.state.tables import Ledger
from muniment_sandbox.ecm.state.tree import NodeTree

MAX_TEXT_BYTES = 256 * 1024
_TEXT_TYPES = frozenset({"application/json", "application/xml"})
ALL, CONTENT, METADATA = "all", "content", "metadata"


class Search:
    """Finds items by query. Set ``lag_s`` to make the index late; 0 makes it know everything at once."""

    def __init__(self, tree: NodeTree, documents: Documents, ledger: Ledger, clock: Clock) -> None:
        self._tree = tree
        self._documents = documents
        self._clock = clock
        self._lag_s = 0.0
        self._index: dict[int, Node] | None = None
        self._changed: dict[int, float] = {}
        self.regions = Regions(tree)
        ledger.watch("nodes", self._node_was_written)

    @property
    def lag_s(self) -> float:
        return self._lag_s

    @lag_s.setter
    def lag_s(self, seconds: float) -> None:
        self._lag_s = max(seconds, 0.0)
        if not self._lag_s:
            self._index = None
            self._changed.clear()
        elif self._index is None:
            self._index = {node.id: _as_it_is(node) for node in self._tree.all()}

    def find(self, query: Query, within: str = ALL) -> list[Node]:
        """The items that the index holds to fulfil the query, as they are now."""
        texts_of = {METADATA: texts, CONTENT: self._content}.get(within, self._everything)
        question = Matching(self.regions, texts_of).question(query)
        if self._index is not None:
            self._catch_up(self._index)
            past = [node for node in self._index.values() if node.type not in VOLUMES and question(node)]
            return list(self._living(past))
        return [node for node in self._tree.all() if node.type not in VOLUMES and question(node)]

    def _catch_up(self, index: dict[int, Node]) -> None:
        """Take in what changed longer ago than the lag."""
        now = self._clock.now()
        for node_id, since in list(self._changed.items()):
            if since + self._lag_s <= now:
                del self._changed[node_id]
                node = self._tree.find(node_id)
                if node is None:
                    index.pop(node_id, None)
                else:
                    index[node_id] = _as_it_is(node)

    def _living(self, found: Iterable[Node]) -> Iterator[Node]:
        for node in found:
            living = self._tree.find(node.id)
            if living is not None:
                yield living

    def _node_was_written(self, key: int | str) -> None:
        if self._index is not None and isinstance(key, int):
            self._changed.setdefault(key, self._clock.now())

    def _everything(self, node: Node) -> Iterator[str]:
        yield from texts(node)
        yield from self._content(node)

    def _content(self, node: Node) -> Iterator[str]:
        """The text of a document that is text; others have none to search."""
        for version in node.versions[-1:]:
            is_text = version.mime_type.startswith("text/") or version.mime_type in _TEXT_TYPES
            if is_text and version.size_bytes <= MAX_TEXT_BYTES:
                yield self._documents.content(version).decode("utf-8", "replace")


def _as_it_is(node: Node) -> Node:
    return replace(
        node,
        versions=list(node.versions),
        categories={key: applied.copy() for key, applied in node.categories.items()},
    )
