"""One good answer for each documented call that reads, and for the commonest that write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from muniment_sandbox.ecm.openapi import DocumentedCall, documented_calls, is_served
from tests.unit.sandbox_ecm.desk import Desk

Answered = tuple[DocumentedCall, Any]


def answers() -> Iterator[Answered]:
    """Every served documented GET that can be asked of one furnished server, then a life of writes."""
    desk = Desk()
    names = _furnished(desk)
    served = [call for call in documented_calls() if is_served(call, desk.dispatcher.router.routes)]
    for call in served:
        if call.method == "GET":
            reply = desk.get(_filled(call.path, names) + _QUERIES.get(call.path, "").format(**names))
            if reply.status == 200 and not isinstance(reply.raw, bytes):
                yield call, reply.json
    by_shape = {call.shape: call for call in served}
    for method, path, form, body in _writes(names):
        reply = desk.call(method, path.format(**names), form, body=body)
        assert reply.status == 200, (method, path, reply.raw)
        shape = (method, _shape(path))
        if shape in by_shape:
            yield by_shape[shape], reply.json


_QUERIES = {
    "/v1/forms/nodes/properties/specific": "?id={category}",
    "/v1/forms/nodes/properties/general": "?id={id}",
    "/v1/forms/nodes/categories/create": "?id={id}&category_id={category}",
    "/v2/forms/businessworkspaces/create": "?ext_system_id=SHOPIFY&bo_type=order",
    "/v2/hold": "?id={hold}",
    "/v2/holds": "?page=1&limit=10",
    "/v2/search": "?where=OTName:report*",
}


def _furnished(desk: Desk) -> dict[str, str]:
    """A document with everything a node can have, in a workspace; the ids by name of parameter."""
    order = desk.order()
    document = desk.document("report.txt", order)
    category = desk.category("Shopify Document")
    desk.call("POST", f"/v2/nodes/{document}/categories", {"category_id": category})
    retention = desk.state.tree.all()
    rm_class = next(node.id for node in retention if node.type == 551)
    desk.call("POST", f"/v1/nodes/{document}/rmclassifications", body={"class_id": rm_class})
    form = {"type": "LEGAL", "name": "Hold", "comment": "c", "date_applied": "2026-06-01T00:00:00"}
    hold = desk.call("POST", "/v1/holds", form).json["holdID"]
    desk.call("POST", f"/v1/nodes/{document}/holds", {"hold_id": hold})
    desk.call("PUT", f"/v2/nodes/{document}/nicknames", {"nickname": "report"})
    rsi = desk.state.retention.all()[0]
    role = desk.get(f"/v2/businessworkspaces/{order}/roles").results[0]["data"]["properties"]["id"]
    return {
        "id": str(document), "bw_id": str(order), "hold": str(hold), "category": str(category), "type": "141",
        "nickname": "report", "version_number": "1", "class": str(rm_class), "rsi": str(rsi.id),
        "rsi_name": rsi.name, "role": str(role), "stage": str(rsi.stages[0].id),
    }  # fmt: skip


def _filled(path: str, names: dict[str, str]) -> str:
    """The path with ids that make sense where they stand."""
    special = {
        "/v2/holds/{id}": "hold", "/v2/holditems/{id}": "hold", "/v2/holditems/{id}/page": "hold",
        "/v2/classifieditems/{id}": "class", "/v2/classifieditems/{id}/page": "class",
        "/v2/rsis/{id}": "rsi", "/v2/rsiitems/{id}": "rsi", "/v2/rsiitems/{id}/page": "rsi",
        "/v2/rsischedules/{id}/approvalhistory": "rsi", "/v2/members/{id}": "admin",
        "/v1/members/{id}": "admin",
    }  # fmt: skip
    values = {**names, "admin": "1000"}
    filled = path
    if path in special:
        filled = filled.replace("{id}", values[special[path]])
    if "businessworkspaces" in path:
        filled = filled.replace("{id}", names["bw_id"]).replace("{bw_id}", names["bw_id"])
    replaced = {
        "{id}": "id", "{bw_id}": "bw_id", "{role_id}": "role", "{type}": "type", "{volume_type}": "type",
        "{nickname}": "nickname", "{version_number}": "version_number", "{right_id}": "admin",
        "{rsi}": "rsi_name", "{rsiid}": "rsi", "{category_id}": "category", "{volume}": "type",
    }  # fmt: skip
    for parameter, name in replaced.items():
        filled = filled.replace(parameter, values[name])
    return filled


def _writes(names: dict[str, str]) -> list[tuple[str, str, dict[str, object], dict[str, object] | None]]:
    order: dict[str, object] = {"ext_system_id": "SHOPIFY", "bo_type": "order", "bo_id": "9", "name": "#9"}
    see: dict[str, object] = {"permissions": ["see"], "right_id": 1001}
    return [
        ("POST", "/v2/nodes", {}, {"type": 0, "parent_id": 2000, "name": "Folder"}),
        ("PUT", "/v2/nodes/{id}", {"description": "d"}, None),
        ("POST", "/v2/nodes/{id}/permissions/custom", {}, see),
        ("PUT", "/v2/nodes/{id}/permissions/public", {}, {"permissions": ["see"]}),
        ("PUT", "/v2/nodes/{id}/categories/{category}", {f"{names['category']}_2": "x"}, None),
        ("POST", "/v1/nodes/{id}/classifications", {}, {"class_id": []}),
        ("POST", "/v1/validation/nodes/names", {}, {"parent_id": 2000, "names": ["Folder"]}),
        ("POST", "/v2/search", {"where": "OTName:report*", "limit": 5}, None),
        ("POST", "/v1/rsis", {"query": "ACC"}, None),
        ("PUT", "/v2/rsischedules/{rsi}/approve/{stage}", {"approvalComment": "c"}, None),
        ("POST", "/v2/rsischedules", {"name": "NEW", "status": "ACTIVE"}, None),
        ("PUT", "/v2/rsischedules/{rsi}", {"title": "t"}, None),
        ("POST", "/v2/businessworkspaces", {}, order),
    ]  # fmt: skip


def _shape(path: str) -> str:
    return "/".join("{}" if one.startswith("{") else one for one in path.split("/"))
