"""A peer and a clock that do what the test wrote down, for clients that must not open a socket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from muniment_kit.http import Answer, Data, Peer
from muniment_kit.testing import ManualClock

SHOP = "acme.myshopify.com"
VERSION_HEADERS = {"Content-Type": "application/json", "X-Shopify-API-Version": "2026-10"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it was made."""

    path: str
    repeatable: bool
    headers: Mapping[str, str]
    data: Data | None

    @property
    def content(self) -> Any:
        assert isinstance(self.data, bytes)
        return orjson.loads(self.data)


class ScriptedPeer(Peer):
    """Answers the next scripted answer, or raises it; keeps what was sent."""

    def __init__(self, *script: Answer | Exception) -> None:
        super().__init__("shopify", f"https://{SHOP}")
        self.script = list(script)
        self.sent: list[Sent] = []

    async def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | Sequence[tuple[str, str | int]] | None = None,
        data: Data | None = None,
        json: Any = None,
        timeout_s: float | None = None,
    ) -> Answer:
        assert method == "POST"
        self.sent.append(Sent(path, repeatable, headers or {}, data))
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


class HurriedClock(ManualClock):
    """A clock on which every sleep passes at once; keeps how long each was."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self.advance(seconds)


def answered(content: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer with this JSON and the headers Shopify sends."""
    return Answer(status, {**VERSION_HEADERS, **headers}, orjson.dumps(content))


def cost(
    requested: float = 100, available: float = 900, maximum: float = 1000, rate: float = 50
) -> dict[str, Any]:
    """Return the ``extensions`` of an answer."""
    status = {"maximumAvailable": maximum, "currentlyAvailable": available, "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}}


def throttled(**what: float) -> Answer:
    """Return Shopify's answer when the bucket is empty: HTTP 200."""
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    return answered({"errors": [error], "extensions": cost(**what)})
