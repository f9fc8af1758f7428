"""Our client and OpenText's on one server: what one writes, the other reads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import pyxecm.otcs
from pyxecm import OTCS

from muniment_ecm import ContentServer, HoldDraft, RecordDetails, Relation
from muniment_sandbox.ecm.testing import RunningEcm, threaded_ecm
from tests.integration.ecm.desk import settings
from tests.integration.ecm.workspaces import new_document, new_workspace
from tests.unit.ecm.filing_desk import ACCOUNTING


@pytest.fixture
def server() -> Iterator[RunningEcm]:
    """A server on a thread of its own, for a client that blocks."""
    with threaded_ecm() as running:
        yield running


@pytest.fixture
def theirs(server: RunningEcm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """pyxecm, unchanged but for its waits between attempts."""
    monkeypatch.setattr(pyxecm.otcs, "REQUEST_RETRY_DELAY", 0.01)
    monkeypatch.setattr(pyxecm.otcs, "REQUEST_RETRY_BACKOFF", 0.01)
    client = OTCS("http", "127.0.0.1", server.port, username="admin", password="livelink")
    assert client.authenticate()
    yield client
    client.request_session().close()


async def test_each_reads_what_the_other_wrote(server: RunningEcm, theirs: Any) -> None:
    ours = ContentServer.connect(settings(server))
    try:
        await records_and_holds(ours, theirs)
        await relations_and_names(ours, theirs)
    finally:
        await ours.close()


async def records_and_holds(ours: ContentServer, theirs: Any) -> None:
    class_id = (await ours.records.require([ACCOUNTING]))[ACCOUNTING]
    one = await new_document(ours, "north.1", name="one.txt")
    other = await new_document(ours, "north.1", name="other.txt")
    await ours.records.ensure(one, class_id, RecordDetails(record_date=date(2026, 6, 1)), is_new=True)
    seen = await asyncio.to_thread(theirs.get_node_records_details, one)
    assert (seen["data"][0]["rmclassification_id"], seen["data"][0]["record_date"]) == (
        class_id,
        "2026-06-01T00:00:00",
    )
    assert await asyncio.to_thread(theirs.assign_rm_classification, other, class_id)
    assert (await ours.records.state(other)).shown().class_name == ACCOUNTING

    hold_type = next(iter(await ours.records.codes("hold_type")))
    hold_id = (
        await ours.holds.find_or_create(
            HoldDraft(name="Dispute 7", type=hold_type, applied_on=date(2026, 6, 1))
        )
    ).thing
    seen = await asyncio.to_thread(theirs.get_hold_by_name, "Dispute 7")
    assert seen["results"]["data"]["hold"]["HoldID"] == hold_id
    assert await asyncio.to_thread(theirs.assign_hold, one, hold_id)
    assert [held.hold_id for held in await ours.holds.of(one)] == [hold_id]


async def relations_and_names(ours: ContentServer, theirs: Any) -> None:
    order = await new_workspace(ours, "north.2")
    case = await new_workspace(ours, "north.2", kind="Case")
    second = await new_workspace(ours, "north.3", kind="Case")
    await ours.relations.relate(order, case)
    assert await asyncio.to_thread(theirs.create_workspace_relationship, order, second)
    assert {found.id async for found in ours.relations.of(order, Relation.CHILD)} == {case, second}
    seen = await asyncio.to_thread(theirs.get_workspace_relationships, order)
    assert {found["data"]["properties"]["id"] for found in seen["results"]} == {case, second}

    await ours.nicknames.set_once(order, "shopify_order_2")
    seen = await asyncio.to_thread(theirs.get_node_from_nickname, "shopify_order_2")
    assert seen["results"]["data"]["properties"]["id"] == order
    assert await asyncio.to_thread(theirs.set_node_nickname, case, "shopify_case_2")
    holder = await ours.nicknames.node("shopify_case_2")
    assert holder is not None
    assert holder.id == case

    classes = await ours.classifications.require(["Order documents", "Case documents"])
    await ours.classifications.add(order, [classes["Order documents"]])
    assert await asyncio.to_thread(theirs.assign_classifications, order, [classes["Case documents"]])
    assert {found.id for found in await ours.classifications.of(order)} == set(classes.values())
