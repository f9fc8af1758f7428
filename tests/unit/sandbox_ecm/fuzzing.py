"""Requests of every shape for the ECM sandbox, from its own description, and what every answer must be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from muniment_sandbox.ecm.dispatch import Request
from muniment_sandbox.ecm.openapi import own_description
from muniment_sandbox.ecm.state.sessions import Purpose
from tests.unit.sandbox_ecm.desk import BOUNDARY, Desk, multipart

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

#: The statuses that the description documents. A 500 is one of Content Server's business errors, in JSON.
DOCUMENTED = frozenset({200, 201, 204, 400, 401, 404, 409, 500})

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["", "true", "1,2", "{1,2}", "[1]", "2026-01-01", "2026-13-45T99:99:99", "9" * 25, "²"]),
    st.just("a" * 300),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


class Target:
    """A furnished server, the operations of its description, and the ids that lead somewhere on it."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.ids: Sequence[object] = self._furnished()
        document = own_description(self.desk.dispatcher.router.routes)
        every = schemathesis.openapi.from_dict(dict(document)).get_all_operations()
        found = [one.ok() for one in every if isinstance(one, Ok)]
        #: What deletes comes last, so that the others find what is there.
        self.operations = sorted(found, key=lambda one: one.method.upper() == "DELETE")

    def _furnished(self) -> list[object]:
        desk = self.desk
        order = desk.order()
        document = desk.document("report.txt", order)
        folder = desk.folder("place")
        category = desk.category("Shopify Document")
        desk.call("POST", f"/v2/nodes/{document}/categories", {"category_id": category})
        draft = {
            "workflow_id": desk.state.workflows.maps.named("Exception Review").id,
            "doc_ids": str(document),
        }
        process = desk.call("POST", "/v2/draftprocesses", body=draft).results["draftprocess_id"]
        form = {"type": "LEGAL", "name": "Hold", "comment": "c", "date_applied": "2026-06-01T00:00:00"}
        hold = desk.call("POST", "/v1/holds", form).json["holdID"]
        return [
            2000,
            141,
            1000,
            1001,
            11,
            1,
            0,
            -1,
            order,
            document,
            folder,
            category,
            process,
            hold,
            "rivera",
        ]

    def send(self, method: str, path: str, query: str, content_type: str, body: bytes) -> None:
        """Send it as the administrator; fail on an exception and on every answer that is not documented."""
        ticket = self.desk.state.sessions.issue(Purpose.TICKET, 1000)
        prefix = "/cs/cs/api" if path.startswith("/v") else ""
        headers = {"otcsticket": ticket, "content-type": content_type}
        request = Request(method, prefix + path, query, headers, body, "http://test")
        answer = self.desk.dispatcher.answer(request)
        if not isinstance(answer.body, bytes):
            orjson.dumps(answer.body)
        assert answer.status in DOCUMENTED, request
        if answer.status >= 400:
            assert isinstance(refusal_of(answer.body), str), request

    def still_answers(self) -> bool:
        found = self.desk.get("/v2/volumes/141/nodes?limit=100")
        return found.status == 200 and isinstance(found.results, list)


@st.composite
def described_requests(
    draw: st.DrawFn, operation: Any, ids: Sequence[object]
) -> tuple[str, str, str, str, bytes]:
    """A request as the description allows it, half of the time about something that exists."""
    case = draw(operation.as_strategy())
    path = operation.path
    for name, value in (case.path_parameters or {}).items():
        chosen = draw(st.sampled_from(ids)) if draw(st.booleans()) else value
        path = path.replace(f"{{{name}}}", quote(str(chosen), safe="") or "0")
    sent = case.as_transport_kwargs(base_url="http://sandbox")
    query = urlencode(sent.get("params") or {}, doseq=True, errors="replace")
    content_type, body = _encoded(sent)
    return operation.method.upper(), path, query, content_type, body


@st.composite
def wild_requests(draw: st.DrawFn, operation: Any, ids: Sequence[object]) -> tuple[str, str, str, str, bytes]:
    """A request that pays no heed to types: any JSON under the names of the arguments, or bytes."""
    path = operation.path
    for parameter in operation.path_parameters:
        path = path.replace(f"{{{parameter.name}}}", quote(str(draw(st.sampled_from(ids))), safe=""))
    names = st.one_of(st.sampled_from(argument_names(operation) or ["x"]), st.text(max_size=8))
    fields = draw(st.dictionaries(names, st.one_of(values, st.sampled_from(ids)), max_size=6))
    method = operation.method.upper()
    if method in ("GET", "DELETE"):
        flat = {
            name: value if isinstance(value, str | int) else json.dumps(value)
            for name, value in fields.items()
        }
        return method, path, urlencode(flat, errors="replace"), "", b""
    text = json.dumps(fields).encode()
    noise = draw(st.binary(max_size=40))
    parts: list[tuple[str, str | None, bytes]] = [("body", None, text), ("file", "f.bin", noise)]
    content_type, body = draw(
        st.sampled_from(
            [
                (URLENCODED, b"body=" + quote(text).encode()),
                (URLENCODED, b"body=" + noise),
                (MULTIPART, multipart(parts)),
                (MULTIPART, multipart([("body", None, noise), ("file", None, noise)])),
                (MULTIPART, noise),
                ("application/json", text),
                ("application/json", noise),
            ]
        )
    )
    return method, path, "", content_type, body


def argument_names(operation: Any) -> list[str]:
    """Every name the operation reads from a query, a form or a ``body``."""
    raw = operation.definition.raw
    content = raw.get("requestBody", {}).get("content", {})
    names = {name for media in content.values() for name in media["schema"]["properties"]}
    names |= {one["name"] for one in raw["parameters"] if one["in"] == "query"}
    return sorted(names)


def refusal_of(body: Any) -> object:
    """The text of a refusal: ``error``, or what records management says in place of it."""
    return body["error"] if "error" in body else body["results"]["errMsg"]


def _encoded(sent: Mapping[str, Any]) -> tuple[str, bytes]:
    if sent.get("files"):
        parts = [(name, file[0], _bytes(file[1])) for name, file in sent["files"]]
        return MULTIPART, multipart(parts)
    if sent.get("json") is not None:
        return "application/json", json.dumps(sent["json"]).encode()
    data = sent.get("data")
    if isinstance(data, dict):
        return URLENCODED, urlencode(data, doseq=True, errors="replace").encode()
    return URLENCODED, _bytes(data) if data is not None else b""


def _bytes(content: object) -> bytes:
    return content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")
