"""What holds for every answer, and for every change."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.ecm.routes.table import build_router
from muniment_sandbox.ecm.routing import Route
from tests.unit.sandbox_ecm.desk import Desk
from tests.unit.sandbox_ecm.diary import Diary

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


def test_an_authenticated_answer_brings_the_next_ticket_also_when_it_is_an_error(desk: Desk) -> None:
    for path in ("/v2/nodes/2000", "/v2/nodes/424242"):
        reply = desk.get(path)
        assert reply.headers["OTCSTicket"]
        assert reply.headers["OTCSTicketExpires"].endswith("GMT")


def test_a_change_is_told_to_the_journal_before_the_answer() -> None:
    diary = Diary()
    desk = Desk(journal=diary)
    diary.tables.clear()
    commits = diary.commits
    desk.folder()
    assert diary.tables == {"nodes", "sequence"}
    assert diary.commits == commits + 2  # one for looking up the volume, one for the folder


def test_no_change_escapes_the_journal() -> None:
    diary = Diary()
    desk = Desk(journal=diary)
    order = desk.order(roles={"categories": {str(desk.category("Shopify Order")): {}}})
    category = desk.category("Attribute Types")
    document = desk.document()
    path = f"/v2/nodes/{document}"
    changes: list[tuple[str, str, dict[str, object]]] = [
        ("POST", f"{path}/categories", {"category_id": category}),
        ("PUT", f"{path}/categories/{category}", {f"{category}_2": "x", f"{category}_13_2_14": "y"}),
        ("PUT", path, {"name": "new", "reserved_user_id": "1000", "external_source": "sap"}),
        ("PUT", path, {"name_multilingual": '{"de":"neu"}', "versions_control_advanced": "true"}),
        ("PUT", f"{path}/nicknames", {"nickname": "nick"}),
        ("POST", f"{path}/versions/1/lock", {}),
        ("POST", f"{path}/versions/1/promote", {}),
        ("PUT", f"{path}/versions/1", {"description": "first"}),
        ("POST", f"/v2/nodes/{order}/categories/{desk.category('Shopify Order')}/inheritance", {}),
        ("PUT", f"/v2/businessworkspaces/{order}/workspacereferences",
         {"ext_system_id": "SHOPIFY", "bo_type": "order", "bo_id": "other"}),
        ("POST", "/v2/externalsystems", {"external_system_name": "ERP"}),
        ("DELETE", f"{path}/categories/{category}", {}),
    ]  # fmt: skip
    for method, route, form in changes:
        reply = desk.call(method, route, form)
        assert reply.status == 200, (route, reply.raw)
        diary.check_that_it_heard_everything()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_answers_json_with_something_in_it_or_bytes(route: Route, desk: Desk) -> None:
    path = route.path
    for name, value in {"{id}": "2000", "{type}": "141"}.items():
        path = path.replace(name, value)
    reply = desk.call(route.method, path.replace("{", "").replace("}", ""))
    assert reply.status in (200, 400, 401, 404, 500)
    assert isinstance(reply.raw, bytes) or orjson.dumps(reply.raw) != b""
    if reply.status != 200 and not isinstance(reply.raw, bytes):
        assert reply.json.get("error") or reply.json["results"]["errMsg"]  # records management has its own


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
