"""The judge finds what is wrong and nothing else: each test spoils one thing that was filed well."""

from __future__ import annotations

import pytest

from muniment_ecm import ArchiveLayout
from muniment_ecm.documents import Upload
from muniment_ops.chaos.judgement import Judgement
from muniment_ops.chaos.states import SourceEvent
from muniment_sandbox.shopify.deeds import place
from tests.integration.chaos.chain import Chain, filed_orders

pytestmark = pytest.mark.asyncio


def counts(judgement: Judgement) -> dict[str, int]:
    return {kind: len(found) for kind, found in judgement.by_kind().items() if found}


async def file_again(chain: Chain, node_id: int, *, name: str) -> None:
    """File the same bytes with the same values once more, as a client without a look-up would."""
    node = await chain.server.nodes.get(node_id, with_categories=True)
    content = await chain.server.documents.read(node_id)
    upload = Upload(
        name=name,
        media_type="application/pdf",
        content=content,
        category_values=node.category_values,
    )
    await chain.server.documents.create(node.parent_id, upload)


async def test_what_was_filed_in_good_order_is_clean() -> None:
    async with filed_orders(orders=8) as chain:
        judgement = await chain.judged()
    assert counts(judgement) == {}
    assert judgement.is_clean
    assert judgement.orders == 8
    assert judgement.read_closely == judgement.documents > 60


async def test_a_document_that_is_gone_is_lost() -> None:
    async with filed_orders(orders=2) as chain:
        chain.ecm.state.tree.bury(chain.ecm.state.tree.get(chain.pdf("Order confirmation")))
        assert counts(await chain.judged()) == {"lost": 1}


async def test_a_document_filed_a_second_time_is_doubled() -> None:
    async with filed_orders(orders=2) as chain:
        await file_again(chain, chain.pdf("Order confirmation"), name="again.pdf")
        assert counts(await chain.judged()) == {"doubled": 1}


async def test_a_second_version_of_other_bytes_is_doubled_and_wrong() -> None:
    async with filed_orders(orders=2) as chain:
        other = Upload(name="x.pdf", media_type="application/pdf", content=b"%PDF-1.7 other")
        await chain.server.documents.add_version(chain.pdf("Order confirmation"), other)
        found = counts(await chain.judged())
    assert found["doubled"] == 1
    assert found["wrong content"] >= 1


async def test_a_workspace_that_shows_an_older_state_is_out_of_order() -> None:
    async with filed_orders(orders=2) as chain:
        layout = ArchiveLayout().workspaces[0].category
        category = (await chain.server.categories.require({layout.name: layout.attributes}))[layout.name]
        confirmation = await chain.server.nodes.get(chain.pdf("Order confirmation"))
        folder = await chain.server.nodes.get(confirmation.parent_id)
        state = await chain.server.categories.state(folder.parent_id, category)
        await chain.server.categories.update(
            folder.parent_id, category, {"Financial status": "VOIDED"}, token=state.token
        )
        assert counts(await chain.judged()) == {"out of order": 1}


async def test_an_order_that_never_arrived_is_lost() -> None:
    async with filed_orders(orders=2) as chain:
        place(chain.shop.desk)
        judgement = await chain.judged()
    assert {finding.order for finding in judgement.lost} == {"#1003"}


async def test_a_source_event_reads_back_as_what_it_is() -> None:
    async with filed_orders(orders=2) as chain:
        named = [node for node in chain.ecm.state.tree.all() if node.name.endswith(".json")]
        events = [SourceEvent.read(n.id, await chain.server.documents.read(n.id)) for n in named]
    assert events
    assert all(event.is_true_to_its_hash for event in events)
