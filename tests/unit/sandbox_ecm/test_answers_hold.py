"""What holds for every answer, and for every change."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.ecm import seeded
from muniment_sandbox.ecm.dispatch import Dispatcher, Request
from muniment_sandbox.ecm.routes.table import build_router
from muniment_sandbox.ecm.routing import Route
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.sessions import Purpose
from tests.unit.sandbox_ecm.desk import Desk

ROUTES = build_router().routes
NAMES = [
    "body", "bo_id", "bws_infos", "categories", "category_id", "class_id", "10007_2", "expand", "fields",
    "id", "ids", "limit", "metadata", "name", "nickname", "number_to_keep", "original_id", "page",
    "parent_id", "permissions", "rel_bw_id", "roles", "sort", "template_id", "type", "where_column_query",
]  # fmt: skip
JSON_TEXTS = st.sampled_from(["{}", "[]", '{"a":1}', '[{"a":[]}]', "{1,2}"])
WORDS = st.sampled_from(
    ["2000", "2006", "10007", "1", "0", "-1", "x", "recyclebin", "11", "SHOPIFY", "order"]
)


class Diary:
    """A journal that remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int | str]] = []
        self.commits = 0

    def record(self, table: str, key: int | str, entity: object | None) -> None:
        self.heard.append((table, key))

    def commit(self) -> None:
        self.commits += 1


def test_an_authenticated_answer_brings_the_next_ticket_also_when_it_is_an_error(desk: Desk) -> None:
    for path in ("/v2/nodes/2000", "/v2/nodes/424242"):
        reply = desk.get(path)
        assert reply.headers["OTCSTicket"]
        assert reply.headers["OTCSTicketExpires"].endswith("GMT")


def test_every_write_is_told_to_the_journal_before_the_answer() -> None:
    diary = Diary()
    state, _ = seeded("demo", EcmState(journal=diary))
    dispatcher = Dispatcher(state)
    ticket = state.sessions.issue(Purpose.TICKET, 1000)
    diary.heard.clear()
    commits = diary.commits
    body = b'body={"type":0,"parent_id":2000,"name":"n"}'
    headers = {"otcsticket": ticket, "content-type": "application/x-www-form-urlencoded"}
    made = dispatcher.answer(Request("POST", "/cs/cs/api/v2/nodes", "", headers, body))
    assert made.status == 200
    assert {table for table, _ in diary.heard} == {"nodes", "sequence"}
    assert diary.commits == commits + 1


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_answers_json_with_something_in_it_or_bytes(route: Route, desk: Desk) -> None:
    path = route.path
    for name, value in {"{id}": "2000", "{type}": "141"}.items():
        path = path.replace(name, value)
    reply = desk.call(route.method, path.replace("{", "").replace("}", ""))
    assert reply.status in (200, 400, 401, 404, 500)
    assert isinstance(reply.raw, bytes) or orjson.dumps(reply.raw) != b""
    if reply.status != 200 and not isinstance(reply.raw, bytes):
        assert reply.json["error"]


@given(st.sampled_from(ROUTES), st.data())
def test_no_arguments_break_a_route(route: Route, data: st.DataObject) -> None:
    desk = Desk()
    path = "/".join(data.draw(WORDS) if one.startswith("{") else one for one in route.path.split("/"))
    value = st.one_of(
        WORDS, st.text(max_size=10), st.sampled_from(["{}", "[]", '{"a":1}', '[{"a":[]}]', "{1,2}"])
    )
    form = data.draw(st.dictionaries(st.sampled_from(NAMES), value, max_size=6))
    reply = desk.call(route.method, path, form)
    assert reply.status in (200, 400, 401, 404, 409, 500)
