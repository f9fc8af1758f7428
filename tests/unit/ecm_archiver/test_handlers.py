from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ecm_archiver.app import build_app
from muniment_ecm.errors import NameTakenByOther
from muniment_ecm.filing_plan import Filed, FilingOutcome, FilingPlan
from muniment_kit.blobs import Blobs
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.outcomes import Done
from muniment_kit.testing import ServiceHarness
from tests.builders.events import document_produced


@dataclass
class Shelf:
    """An archive in memory: one document a name, nothing ever replaced."""

    taken_by_a_person: frozenset[str] = frozenset()
    is_away: bool = False
    filed: dict[str, bytes] = field(default_factory=dict)

    async def file(self, plan: FilingPlan, content: bytes) -> Filed:
        if self.is_away:
            raise Retryable("The Content Server does not answer.")
        if plan.name in self.taken_by_a_person:
            raise NameTakenByOther("A person's document has this name.", node_id=77)
        outcome = FilingOutcome.FILED
        if plan.name in self.filed:
            same = self.filed[plan.name] == content
            outcome = FilingOutcome.ALREADY_FILED if same else FilingOutcome.KEPT
        there = self.filed.setdefault(plan.name, content)
        return Filed(
            workspace_id=2001,
            folder_id=2002,
            node_id=3001 + list(self.filed).index(plan.name),
            version_number=1,
            name=plan.name,
            outcome=outcome,
            sha256=hashlib.sha256(there).hexdigest(),
            requests_made=2,
        )


def desk_with(shelf: Shelf, blobs: Blobs | None = None) -> ServiceHarness:
    return ServiceHarness(build_app(archive=shelf, blobs=blobs or Blobs("memory://")))


async def test_a_filed_document_leads_to_a_receipt_with_the_hash_that_was_read_back() -> None:
    desk = desk_with(Shelf())
    document = document_produced(content=b"%PDF")
    await desk.hears(document)
    (receipt,) = desk.published
    assert receipt.body.outcome == "filed"
    assert receipt.body.content_sha256 == document.body.content_sha256
    assert (receipt.key, receipt.causation_id) == (document.key, document.id)


async def test_a_redelivery_says_that_it_was_filed_already_under_the_same_receipt_id() -> None:
    desk = desk_with(Shelf())
    await desk.hears(document_produced())
    await desk.hears(document_produced())
    first, again = desk.published
    assert (first.body.outcome, again.body.outcome) == ("filed", "already-filed")
    assert first.id == again.id


async def test_other_content_under_an_issued_number_changes_nothing_and_the_receipt_says_so() -> None:
    shelf = Shelf()
    desk = desk_with(shelf)
    await desk.hears(document_produced(content=b"first"))
    await desk.hears(document_produced(content=b"second"))
    receipt = desk.published[1].body
    assert receipt.outcome == "kept"
    assert receipt.content_sha256 == hashlib.sha256(b"first").hexdigest() != receipt.offered_sha256
    assert shelf.filed == {"INV-1001.pdf": b"first"}


async def test_a_name_taken_by_a_person_is_left_alone_and_the_document_filed_beside_it() -> None:
    shelf = Shelf(taken_by_a_person=frozenset({"INV-1001.pdf"}))
    desk = desk_with(shelf)
    await desk.hears(document_produced())
    (receipt,) = desk.published
    assert receipt.body.outcome == "filed"
    assert receipt.body.name in shelf.filed
    assert receipt.body.name != "INV-1001.pdf"


async def test_a_large_document_is_read_from_the_blob_store() -> None:
    blobs, shelf = Blobs("memory://"), Shelf()
    reference = await blobs.put("documents/INV-1001.pdf", b"large")
    await desk_with(shelf, blobs).hears(document_produced(content=b"large", blob=reference))
    assert shelf.filed == {"INV-1001.pdf": b"large"}


async def test_a_document_whose_blob_is_gone_becomes_a_dead_letter() -> None:
    desk = desk_with(Shelf())
    outcome = await desk.hears(document_produced(blob="documents/INV-1001.pdf." + "0" * 64))
    assert isinstance(outcome, Rejected)
    assert len(desk.dead_letters) == 1


async def test_while_the_content_server_is_away_nothing_is_published_and_nothing_given_up() -> None:
    shelf = Shelf(is_away=True)
    desk = desk_with(shelf)
    assert isinstance(await desk.hears(document_produced()), Retryable)
    assert (desk.published, desk.dead_letters) == ([], [])
    shelf.is_away = False
    assert isinstance(await desk.hears(document_produced()), Done)
