"""The recycle bin: what was deleted and can be brought back. Nothing is purged by this client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

from muniment_ecm.answers import integer, json_object, part, results
from muniment_ecm.classify import scrubbed
from muniment_ecm.errors import AnswerNotUnderstood
from muniment_ecm.forms import form
from muniment_ecm.nodes import Node, Nodes
from muniment_ecm.pages import pages
from muniment_ecm.session import Session

_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and why the rest did not, by node id."""

    restored: tuple[int, ...]
    refused: Mapping[int, str] = field(default_factory=dict)


class RecycleBin:
    """Lists what was deleted and restores it."""

    def __init__(self, session: Session, nodes: Nodes) -> None:
        self._session = session
        self._nodes = nodes

    async def contents(self, *, name_contains: str = "") -> AsyncIterator[Node]:
        """Yield the deleted nodes that the account may see, page by page, by name."""
        what = "list the recycle bin"
        params = [("where_name", name_contains)] if name_contains else []
        async for content in pages(
            self._session, "/v2/volumes/recyclebin/nodes", what=what, limit=_PAGE_SIZE, params=params
        ):
            for result in results(content, what):
                yield self._nodes.parse(result, what)

    async def restore(self, node_ids: Iterable[int]) -> Restored:
        """Bring nodes back with all that was in them; one that cannot come back keeps no other from it.

        Repeated after a lost answer, a node that came back then is named as refused: look for it.
        """
        what = "restore deleted nodes"
        fields = [("ids", str(node_id)) for node_id in node_ids]
        answer = await self._session.request(
            "POST", "/v2/volumes/recyclebin/nodes/restore", what=what, repeatable=True, form=form(fields)
        )
        content = json_object(answer, what)
        if "success" not in content:
            raise AnswerNotUnderstood(f"Could not {what}: the answer does not say which came back.")
        errors = part(content, "failure", "errors")
        refused = {int(key): scrubbed(str(text)) for key, text in errors.items() if key.isdecimal()}
        done = part(content, "success").get("ids")
        ids = [integer({"id": each}, "id") for each in done] if isinstance(done, list) else []
        return Restored(tuple(ids), refused)
