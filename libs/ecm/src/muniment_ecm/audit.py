"""The audit trail of a node: who did what to it. The server tells it for one node at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from muniment_ecm.answers import integer, objects, part, text
from muniment_ecm.errors import AnswerNotUnderstood
from muniment_ecm.pages import pages
from muniment_ecm.session import Session
from muniment_ecm.times import parse_time
from muniment_ecm.transport import Params

_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One entry. ``type`` is the server's number of the kind of event, ``type_name`` its word for it.

    ``text`` is the server's sentence; it may name people.
    """

    node_id: int
    type: int
    type_name: str
    at: datetime | None
    user_id: int
    text: str


class Audit:
    """Reads audit trails. ``server_zone`` is the zone of times that come without one."""

    def __init__(self, session: Session, *, server_zone: tzinfo = UTC) -> None:
        self._session = session
        self._zone = server_zone

    async def of(
        self,
        node_id: int,
        *,
        since: date | None = None,
        until: date | None = None,
        of_type: int | None = None,
        user_id: int | None = None,
        newest_first: bool = True,
    ) -> AsyncIterator[AuditEvent]:
        """Yield what happened to the node, page by page. ``since`` and ``until`` are whole days, both
        included: the server knows no finer filter.
        """
        what = f"read the audit trail of node {node_id}"
        params: list[tuple[str, str | int]] = [
            ("sort", "desc_audit_date" if newest_first else "asc_audit_date"),
            *_filters(since, until, of_type, user_id),
        ]
        async for content in pages(
            self._session, f"/v2/nodes/{node_id}/audit", what=what, limit=_PAGE_SIZE, params=params
        ):
            data = part(content, "results", "data")
            if "results" not in content:
                raise AnswerNotUnderstood(f"Could not {what}: the answer has no results.")
            names = {
                integer(entry, "id"): text(entry, "name") for entry in objects(data.get("audit_event_types"))
            }
            for entry in objects(data.get("audit")):
                kind = integer(entry, "event_type")
                yield AuditEvent(
                    node_id=node_id,
                    type=kind,
                    type_name=names.get(kind, ""),
                    at=parse_time(entry.get("audit_date"), server_zone=self._zone),
                    user_id=integer(entry, "user_id"),
                    text=text(entry, "audit_name"),
                )


def _filters(since: date | None, until: date | None, of_type: int | None, user_id: int | None) -> Params:
    given = (
        ("where_audit_date_start", since.isoformat() if since else None),
        ("where_audit_date_end", until.isoformat() if until else None),
        ("where_type", of_type),
        ("where_user_id", user_id),
    )
    return [(name, value) for name, value in given if value is not None]
