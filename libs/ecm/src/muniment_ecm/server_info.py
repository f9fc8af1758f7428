"""What a server says of itself: its version, and how long sessions last."""

from __future__ import annotations

from dataclasses import dataclass

from muniment_ecm.answers import integer, json_object, part, text
from muniment_ecm.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """``version`` as the server writes it (``26.1``), empty where it does not; ``session_s`` is 0 then."""

    version: str
    session_s: float = 0.0
    has_zone_of_its_own: bool = False


async def server_info(session: Session) -> ServerInfo:
    """Ask the server (``GET /v1/serverinfo``)."""
    what = "read what the server says of itself"
    answer = await session.request("GET", "/v1/serverinfo", what=what, repeatable=True)
    content = json_object(answer, what)
    return ServerInfo(
        version=text(part(content, "server"), "version"),
        session_s=integer(part(content, "sessions"), "session_timeout") / 1000,
        has_zone_of_its_own=part(content, "server").get("time_zone_offset_enabled") is True,
    )
