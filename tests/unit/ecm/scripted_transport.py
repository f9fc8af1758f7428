"""A transport that answers from a script: each expected call with what it brings, in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson

from muniment_ecm.login import Credential
from muniment_ecm.session import Session
from muniment_ecm.transport import Params
from muniment_kit.clock import Clock
from muniment_kit.http import Answer, StreamingAnswer
from muniment_kit.testing import ManualClock


@dataclass(frozen=True)
class Call:
    """One call that was made."""

    method: str
    path: str
    headers: Mapping[str, str]
    params: Params
    data: bytes | None
    repeatable: bool

    @property
    def body(self) -> dict[str, object]:
        """The JSON of the form field ``body``."""
        fields = dict(parse_qsl((self.data or b"").decode(), keep_blank_values=True))
        content = orjson.loads(fields["body"])
        assert isinstance(content, dict)
        return content


Step = tuple[str, Answer | Exception]


def answer(content: object = None, *, status: int = 200, ticket: str | None = None) -> Answer:
    """Return a JSON answer."""
    headers = {"OTCSTicket": ticket} if ticket else {}
    return Answer(status, headers, orjson.dumps({} if content is None else content))


def html(status: int) -> Answer:
    """Return an error page."""
    return Answer(status, {"Content-Type": "text/html"}, b"<html>Error Processing Request</html>")


def refused(text: str, status: int = 500) -> Answer:
    """Return a JSON refusal."""
    return answer({"error": text}, status=status)


class ScriptedTransport:
    """Expects the calls of its script (``"GET /v2/nodes/7"``), and remembers them."""

    def __init__(self, *script: Step) -> None:
        self._script = list(script)
        self.calls: list[Call] = []

    @property
    def is_finished(self) -> bool:
        return not self._script

    async def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Sequence[tuple[str, str | int]] | None = None,
        data: bytes | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        self.calls.append(Call(method, path, headers or {}, params or (), data, repeatable))
        assert self._script, f"unexpected {method} {path}"
        expected, outcome = self._script.pop(0)
        assert expected == f"{method} {path}"
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Sequence[tuple[str, str | int]] | None = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[StreamingAnswer]:
        whole = await self.request(method, path, repeatable=repeatable, headers=headers, params=params)

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(whole.body), 5):
                yield whole.body[start : start + 5]

        yield StreamingAnswer(whole.status, whole.headers, chunks)

    async def close(self) -> None: ...


class LoginStub:
    """Logs in with ``ticket-1``, ``ticket-2``, …; raises what ``trouble`` holds first."""

    def __init__(self, *trouble: Exception, valid_s: float | None = None) -> None:
        self.trouble = list(trouble)
        self.count = 0
        self.valid_s = valid_s

    async def __call__(self) -> Credential:
        self.count += 1
        if self.trouble:
            raise self.trouble.pop(0)
        return Credential("OTCSTicket", f"ticket-{self.count}", self.valid_s)


def logged_in(transport: ScriptedTransport, *, clock: Clock | None = None) -> Session:
    """Return a session over ``transport`` whose login always works."""
    return Session(transport, LoginStub(), clock=clock or ManualClock())


def node(node_id: int, name: str, **properties: object) -> dict[str, object]:
    """Return one v2 result of a node."""
    categories = properties.pop("categories", None)
    data: dict[str, object] = {"properties": {"id": node_id, "name": name, "type": 144, **properties}}
    if categories is not None:
        data["categories"] = categories
    return {"data": data}


def page(*results: dict[str, object], page: int = 1, of: int = 1) -> Answer:
    """Return one page of nodes."""
    return answer({"collection": {"paging": {"page": page, "page_total": of}}, "results": list(results)})
