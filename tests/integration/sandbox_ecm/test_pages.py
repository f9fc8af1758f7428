"""The pages for people: what they show, and that nothing they show can act."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest

from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.creation import NewNode
from muniment_sandbox.ecm.state.holds import Hold
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.upload import Upload
from muniment_sandbox.ecm.state.workspace_creation import NewWorkspace
from muniment_sandbox.ecm.state.workspaces import BusinessObject
from muniment_sandbox.ecm.testing import RunningEcm

EVIL = '<script>alert("1")</script>'


class Visitor:
    """Somebody with a browser."""

    def __init__(self, session: aiohttp.ClientSession, ecm: RunningEcm) -> None:
        self.session = session
        self.ecm = ecm

    async def open(self, path: str) -> tuple[int, str, Mapping[str, str]]:
        async with self.session.get(f"{self.ecm.origin}{path}") as response:
            return response.status, await response.text(errors="replace"), response.headers

    def order(self, number: int, customer: str = "Ana") -> Node:
        key = BusinessObject("SHOPIFY", "order", f"shop.{number}")
        return self.ecm.state.workspace_creation.create(
            NewWorkspace(name=f"#{number} {customer}", business_object=key), 1000
        )

    def document(self, parent: Node, name: str, mime_type: str, content: bytes) -> Node:
        upload = Upload(name, mime_type, content)
        return self.ecm.state.creation.create(NewNode(parent.id, 144, name, upload=upload), 1000)


@pytest.fixture
async def visitor(ecm: RunningEcm) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as session:
        yield Visitor(session, ecm)


async def test_the_overview_lists_workspaces_and_finds_them_by_name(visitor: Visitor) -> None:
    visitor.order(1001, "Ana")
    visitor.order(1002, "Bo")
    _, page, _ = await visitor.open("/")
    assert page.index("#1002 Bo") < page.index("#1001 Ana")
    _, page, _ = await visitor.open("/?q=ANA&type=11")
    assert "#1001 Ana" in page
    assert "#1002 Bo" not in page


async def test_an_empty_server_says_so(visitor: Visitor) -> None:
    assert "No workspace yet" in (await visitor.open("/"))[1]


async def test_a_workspace_shows_its_tree_and_a_document_its_versions(visitor: Visitor) -> None:
    order = visitor.order(1001)
    payment = visitor.ecm.state.tree.child_named(order.id, "Payment")
    assert payment is not None
    invoice = visitor.document(payment, "INV-1001.pdf", "application/pdf", b"%PDF-1.7")
    _, page, _ = await visitor.open(f"/nodes/{order.id}")
    assert "Source events" in page
    assert f'href="/nodes/{invoice.id}"' in page
    _, page, _ = await visitor.open(f"/nodes/{invoice.id}")
    assert f'src="/nodes/{invoice.id}/versions/1' in page
    assert "Enterprise" in page
    status, content, headers = await visitor.open(f"/nodes/{invoice.id}/versions/1")
    assert (status, content) == (200, "%PDF-1.7")
    assert headers["Content-Disposition"].startswith("inline")


async def test_text_from_the_shop_stays_text(visitor: Visitor) -> None:
    order = visitor.order(1001, EVIL)
    payment = visitor.ecm.state.tree.child_named(order.id, "Payment")
    assert payment is not None
    document = visitor.document(payment, f"{EVIL}.json", "application/json", f'"{EVIL}"'.encode())
    for path in ("/", "/?q=%3Cscript%3E", f"/nodes/{order.id}", f"/nodes/{document.id}"):
        _, page, headers = await visitor.open(path)
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("mime_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "x/y"])
async def test_a_file_that_could_act_is_only_downloaded(visitor: Visitor, mime_type: str) -> None:
    document = visitor.document(visitor.order(1), "evil", mime_type, EVIL.encode())
    _, _, headers = await visitor.open(f"/nodes/{document.id}/versions/1")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/nodes/424242", "/nodes/2000/versions/1"])
async def test_what_is_not_there_is_said_kindly(visitor: Visitor, path: str) -> None:
    status, page, _ = await visitor.open(path)
    assert status == 404
    assert "There is nothing here" in page


@pytest.mark.parametrize("query", ["type=²", "page=²", f"type={'9' * 30}", f"page={'9' * 30}", "q=%00"])
async def test_a_query_that_makes_no_sense_shows_the_page_all_the_same(visitor: Visitor, query: str) -> None:
    assert (await visitor.open(f"/?{query}"))[0] == 200


async def test_volumes_folders_and_the_recycle_bin_can_be_seen(visitor: Visitor) -> None:
    order = visitor.order(1001)
    visitor.ecm.state.recycle_bin.delete(order, 1000)
    assert "Enterprise" in (await visitor.open("/volumes"))[1]
    assert "Shopify" in (await visitor.open("/nodes/2000"))[1]
    assert "#1001 Ana" in (await visitor.open("/recycle-bin"))[1]
    assert "text/css" in (await visitor.open("/style.css"))[2]["Content-Type"]


async def test_long_folders_come_in_pages(visitor: Visitor) -> None:
    for number in range(60):
        visitor.ecm.state.creation.create(NewNode(2000, 0, f"folder {number:02}"), 1000)
    _, page, _ = await visitor.open("/nodes/2000")
    assert "folder 59" not in page
    assert 'rel="next"' in page
    assert "folder 59" in (await visitor.open("/nodes/2000?page=2"))[1]


async def test_a_document_shows_why_it_is_kept_and_what_happened_to_it(visitor: Visitor) -> None:
    state = visitor.ecm.state
    order = visitor.order(1001)
    document = visitor.document(order, "invoice.pdf", "application/pdf", b"%PDF-1.7")
    rm_class = next(node for node in state.tree.all() if node.name == "Accounting documents")
    state.records.classify(document, rm_class.id, {"record_date": "2026-05-30"}, "2026-06-01")
    hold = state.holds.create(Hold(0, "Dispute 7", "DISPUTE", EVIL, "2026-06-01T00:00:00", "admin"))
    state.holds.apply(order, hold.id, "admin")
    state.audit.note(document, Event.RECORD_CLASSIFIED, 1000)
    _, page, _ = await visitor.open(f"/nodes/{document.id}")
    for text in (
        "Accounting documents",
        "2026-05-30",
        "2036-05-30",
        "Dispute 7",
        "RM Classification Applied",
    ):
        assert text in page
    assert "Finance (role)" in page
    assert f'<a href="/nodes/{order.id}">' in page
    assert EVIL not in page
    _, page, _ = await visitor.open(f"/nodes/{order.id}")
    assert "Dispute 7" in page
