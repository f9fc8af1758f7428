"""The demo has approved content in every state, to publish and to leave alone."""

from __future__ import annotations

from tests.unit.sandbox_ecm.desk import Desk


def values(desk: Desk) -> dict[str, dict[str, object]]:
    """Name of each document to its Approved Content values by attribute name."""
    definition = desk.state.categories.named("Approved Content")
    hits = desk.call("POST", "/v2/search", {"where": f"Attr_{definition.id}_2:*", "limit": 50}).results
    found: dict[str, dict[str, object]] = {}
    for hit in hits:
        node = desk.state.tree.get(hit["data"]["properties"]["id"])
        applied = node.categories[definition.id]
        found[node.name] = {item.name: applied.values.get(item.id) for item in definition.items}
    return found


def test_every_state_of_approval_is_there(desk: Desk) -> None:
    found = values(desk)
    assert {one["Status"] for one in found.values()} == {"Approved", "In review", "Withdrawn"}
    assert {one["Usage"] for one in found.values()} == {"media", "file"}
    expired = [name for name, one in found.items() if str(one["Valid until"] or "9") < "2026-06-01"]
    assert expired == ["Archive Box - conformity.pdf"]


def test_the_files_are_real_images_and_pdfs(desk: Desk) -> None:
    definition = desk.state.categories.named("Approved Content")
    for hit in desk.call("POST", "/v2/search", {"where": f"Attr_{definition.id}_2:*", "limit": 50}).results:
        mime_type = hit["data"]["versions"]["mime_type"]
        content = desk.get(f"/v2/nodes/{hit['data']['properties']['id']}/content").raw
        assert isinstance(content, bytes)
        assert content.startswith({"application/pdf": b"%PDF-", "image/png": b"\x89PNG"}[mime_type])


def test_everyone_may_read_it_and_the_writer_may_approve(desk: Desk) -> None:
    name = "Earl Grey Tea - product data sheet.pdf"
    assert name in values(desk.as_member("lindqvist"))
    hit = desk.call("POST", "/v2/search", {"where": f'OTName:"{name}"'}).results[0]
    node, category = hit["data"]["properties"]["id"], desk.category("Approved Content")
    path = f"/v2/nodes/{node}/categories/{category}"
    assert desk.as_member("lindqvist").call("PUT", path, {f"{category}_2": "Approved"}).status == 500
    assert desk.as_member("muniment-writer").call("PUT", path, {f"{category}_2": "Approved"}).status == 200
    assert values(desk)[name]["Status"] == "Approved"
