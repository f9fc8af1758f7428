"""A Content Server to call in memory: one line a request, answers as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from muniment_sandbox.ecm import Credentials, seeded
from muniment_sandbox.ecm.calls import Answer
from muniment_sandbox.ecm.dispatch import Dispatcher, Request
from muniment_sandbox.ecm.state import EcmState, FixedClock
from muniment_sandbox.ecm.state.sessions import Purpose
from muniment_sandbox.ecm.state.tables import Journal

BOUNDARY = "a-boundary"


@dataclass(frozen=True)
class Reply:
    """What came back. ``json`` is whatever JSON it holds."""

    status: int
    raw: object
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        assert not isinstance(self.raw, bytes)
        return self.raw

    @property
    def results(self) -> Any:
        assert self.status == 200, self.raw
        return self.json["results"]

    @property
    def properties(self) -> Any:
        return self.results["data"]["properties"]

    @property
    def error(self) -> tuple[int, str]:
        return self.status, self.json["error"]


class Desk:
    """A seeded server whose clock stands still, with the administrator logged in."""

    def __init__(self, seed: str = "demo", journal: Journal | None = None) -> None:
        clock = FixedClock()
        self._sit_at(*seeded(seed, EcmState(clock=clock, journal=journal)), clock)

    @classmethod
    def over(cls, state: EcmState, credentials: Credentials, clock: FixedClock) -> Desk:
        """A desk at a server that is there already."""
        desk = cls.__new__(cls)
        desk._sit_at(state, credentials, clock)
        return desk

    def _sit_at(self, state: EcmState, credentials: Credentials, clock: FixedClock) -> None:
        self.clock, self.state, self.credentials = clock, state, credentials
        self.dispatcher = Dispatcher(self.state)
        self.ticket = self.state.sessions.issue(Purpose.TICKET, 1000)

    def call(
        self,
        method: str,
        path: str,
        form: Mapping[str, object] | None = None,
        *,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Reply:
        """Send a request with a urlencoded form; ``body`` goes as JSON into the field of that name."""
        path, _, query = path.partition("?")
        fields = dict(form or {})
        if body is not None:
            fields["body"] = json.dumps(body)
        sent = raw if raw is not None else urlencode(fields, doseq=True).encode()
        given = {"otcsticket": self.ticket, "content-type": "application/x-www-form-urlencoded"}
        given |= headers or {}
        prefix = "/cs/cs/api" if path.startswith("/v") else ""
        return _reply(
            self.dispatcher.answer(Request(method, prefix + path, query, given, sent, "http://test"))
        )

    def as_member(self, name: str) -> Desk:
        """The same server with another member logged in."""
        member = self.state.members.named(name)
        assert member is not None
        other = Desk.over(self.state, self.credentials, self.clock)
        other.ticket = self.state.sessions.issue(Purpose.TICKET, member.id)
        return other

    def get(self, path: str) -> Reply:
        return self.call("GET", path)

    def upload(
        self, path: str, body: Mapping[str, object], content: bytes = b"hello", name: str = "a.txt"
    ) -> Reply:
        """Send a multipart form: ``body`` as JSON, and a text file."""
        sent = multipart([("body", None, json.dumps(body).encode()), ("file", name, content)])
        return self.call(
            "POST",
            path,
            raw=sent,
            headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"},
        )

    def volume(self, subtype: int = 141) -> int:
        return int(self.get(f"/v2/volumes/{subtype}").properties["id"])

    def folder(self, name: str = "Folder", parent_id: int | None = None) -> int:
        parent = self.volume() if parent_id is None else parent_id
        made = self.call("POST", "/v2/nodes", body={"type": 0, "parent_id": parent, "name": name})
        return int(made.properties["id"])

    def document(self, name: str = "a.txt", parent_id: int | None = None, content: bytes = b"hello") -> int:
        parent = self.volume() if parent_id is None else parent_id
        made = self.upload("/v2/nodes", {"type": 144, "parent_id": parent, "name": name}, content)
        return int(made.properties["id"])

    def order(self, bo_id: str = "shop.1", name: str = "#1001", **extra: object) -> int:
        """A workspace of type Order for a business object."""
        made = self.call(
            "POST",
            "/v2/businessworkspaces",
            body={"ext_system_id": "SHOPIFY", "bo_type": "order", "bo_id": bo_id, "name": name, **extra},
        )
        return int(made.results["id"])

    def category(self, name: str) -> int:
        return self.state.categories.named(name).id

    def names(self, path: str) -> list[str]:
        return [one["data"]["properties"]["name"] for one in self.get(path).results]


def multipart(parts: Sequence[tuple[str, str | None, bytes]]) -> bytes:
    """A multipart body as clients send it; parts with a file name are text files."""
    sent = b""
    for name, file_name, content in parts:
        sent += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if file_name is not None:
            sent += f'; filename="{file_name}"\r\nContent-Type: text/plain'.encode()
        sent += b"\r\n\r\n" + content + b"\r\n"
    return sent + f"--{BOUNDARY}--\r\n".encode()


def _reply(answer: Answer) -> Reply:
    return Reply(answer.status, answer.body, answer.headers)
