"""Filing into the ECM sandbox over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

import pytest

from muniment_ecm import (
    Archive,
    ArchiveLayout,
    CategoryLayout,
    ContentMismatch,
    ContentServer,
    ContentServerSettings,
    FilingOutcome,
    LoginRefused,
    NameTakenByOther,
    SetUpMissing,
    Sort,
    UnknownRoute,
)
from muniment_ecm.documents import Upload
from muniment_sandbox.ecm.testing import RunningEcm, running_ecm
from tests.integration.ecm.desk import PEER, new_desk, open_desk, settings
from tests.unit.ecm.filing_desk import NOON, PDF, filing_plan, later, workspace_plan

OTHER_PDF = b"%PDF-1.7 something else"


def by_client(ecm: RunningEcm, *, url: str) -> ContentServerSettings:
    return ContentServerSettings(
        url=url,
        otds_url=ecm.otds_url,
        client_id=ecm.credentials.client_id,
        client_secret=ecm.credentials.client_secret,
        peer=PEER,
    )


async def test_both_cgi_paths_and_both_logins_file_into_the_same_workspace() -> None:
    async with running_ecm() as ecm:
        ways = [
            settings(ecm),
            by_client(ecm, url=ecm.url),
            by_client(ecm, url=ecm.windows_url),
        ]
        places = set()
        for number, how in enumerate(ways):
            async with open_desk(ecm, how=how) as desk:
                places.add((await desk.archive.file(filing_plan(number=f"INV-{number}"), PDF)).folder_id)
        assert len(places) == 1


async def test_the_values_read_back_are_those_that_were_planned() -> None:
    async with new_desk() as desk:
        filed = await desk.archive.file(filing_plan(), PDF)
        layout = ArchiveLayout()
        found = await desk.server.categories.require(
            {
                layout.document_category.name: layout.document_category.attributes,
                layout.workspaces[0].category.name: layout.workspaces[0].category.attributes,
            }
        )
        document = await desk.server.categories.state(filed.node_id, found["Shopify Document"])
        workspace = await desk.server.categories.state(filed.workspace_id, found["Shopify Order"])
        assert document.values is not None
        assert workspace.values is not None
        assert document.values["SHA-256"] == hashlib.sha256(PDF).hexdigest()
        assert str(document.values["Record date"]).startswith("2026-06-01")
        assert str(workspace.values["Updated at"]).startswith("2026-06-01T12:00:00")
        assert workspace.token is not None
        node = await desk.server.nodes.get(filed.node_id, with_categories=True)
        assert (node.name, node.mime_type, node.size) == ("INV-1001.pdf", "application/pdf", len(PDF))
        names = [step.name for step in await desk.server.nodes.ancestors(filed.node_id)]
        assert names[-3:] == ["Order #1001", "Order", "INV-1001.pdf"]


async def test_a_known_workspace_costs_two_requests_a_document() -> None:
    async with new_desk() as desk:
        await desk.archive.prepare()
        made = [
            (await desk.archive.file(filing_plan(number=f"INV-{n}"), PDF)).requests_made for n in range(3)
        ]
        assert made == [5, 2, 2]


async def test_two_archivers_that_file_the_same_documents_at_once_file_each_once() -> None:
    async with running_ecm() as ecm, open_desk(ecm) as one, open_desk(ecm) as other:
        plans = [filing_plan(number=f"INV-{number}") for number in range(5)]
        filed = await asyncio.gather(
            *(desk.archive.file(plan, PDF) for plan in plans for desk in (one, other))
        )
        assert len({result.node_id for result in filed}) == len(one.documents) == 5
        assert len(one.workspaces) == 1


async def test_two_orders_of_one_name_get_two_workspaces() -> None:
    async with new_desk() as desk:
        one = await desk.archive.file(filing_plan(), PDF)
        other = await desk.archive.file(filing_plan(workspace=workspace_plan("7007")), PDF)
        assert one.workspace_id != other.workspace_id


async def test_newer_facts_stay_and_the_issued_document_too() -> None:
    async with running_ecm() as ecm, open_desk(ecm) as desk, open_desk(ecm) as restarted:
        newer = workspace_plan(updated_at=NOON + timedelta(seconds=30), status="REFUNDED")
        await desk.archive.file(filing_plan(workspace=newer), PDF)
        kept = await restarted.archive.file(filing_plan(OTHER_PDF), OTHER_PDF)
        assert (kept.outcome, kept.sha256) == (FilingOutcome.KEPT, hashlib.sha256(PDF).hexdigest())
        [document] = desk.documents
        assert desk.content(document) == PDF
        values = await desk.server.nodes.get(kept.workspace_id, with_categories=True)
        assert "REFUNDED" in values.category_values.values()


async def test_a_living_document_grows_by_versions() -> None:
    async with running_ecm() as ecm, open_desk(ecm) as desk, open_desk(ecm) as restarted:
        plan = filing_plan(sort=Sort.LIVING)
        second = later(plan, OTHER_PDF, updated_at=NOON + timedelta(hours=1), effect_id="effect-2")
        await desk.archive.file(plan, PDF)
        assert (await desk.archive.file(second, OTHER_PDF)).version_number == 2
        again = await restarted.archive.file(second, OTHER_PDF)
        assert (again.outcome, again.version_number) == (FilingOutcome.ALREADY_FILED, 2)
        [document] = desk.documents
        assert [desk.content(document, n) for n in (1, 2)] == [PDF, OTHER_PDF]
        assert (await desk.server.documents.latest_version(document.id)).number == 2


async def test_a_folder_and_a_workspace_deleted_by_hand_are_made_again() -> None:
    async with new_desk() as desk:
        first = await desk.archive.file(filing_plan(number="INV-1"), PDF)
        await desk.server.session.request(
            "DELETE", f"/v2/nodes/{first.folder_id}", what="delete", repeatable=True
        )
        second = await desk.archive.file(filing_plan(number="INV-2"), PDF)
        assert (second.remade, second.workspace_id) == (("folder",), first.workspace_id)
        await desk.server.session.request(
            "DELETE", f"/v2/nodes/{first.workspace_id}", what="delete", repeatable=True
        )
        third = await desk.archive.file(filing_plan(number="INV-3"), PDF)
        assert third.remade == ("workspace",)
        assert third.workspace_id != first.workspace_id


async def test_a_persons_document_with_the_name_stays() -> None:
    async with new_desk() as desk:
        place = await desk.archive.file(filing_plan(number="INV-1"), PDF)
        upload = Upload(name="inv-1001.PDF", media_type="application/pdf", content=b"mine")
        theirs = await desk.server.documents.create(place.folder_id, upload)
        plan = filing_plan()
        with pytest.raises(NameTakenByOther) as taken:
            await desk.archive.file(plan, PDF)
        assert taken.value.node_id == theirs
        filed = await desk.archive.file(plan.under_another_name(), PDF)
        assert filed.outcome is FilingOutcome.FILED
        assert await desk.server.documents.read(theirs) == b"mine"


async def test_a_second_content_under_a_number_meets_the_first_also_under_the_other_name() -> None:
    async with new_desk() as desk:
        place = await desk.archive.file(filing_plan(number="INV-1"), PDF)
        await desk.server.documents.create(
            place.folder_id, Upload(name="INV-1001.pdf", media_type="text/plain", content=b"mine")
        )
        await desk.archive.file(filing_plan().under_another_name(), PDF)
        second = filing_plan(OTHER_PDF, effect_id="effect-2").under_another_name()
        assert (await desk.archive.file(second, OTHER_PDF)).outcome is FilingOutcome.KEPT


async def test_a_recorded_hash_that_the_bytes_do_not_have_is_found_by_the_read_back() -> None:
    async with new_desk() as desk:
        filed = await desk.archive.file(filing_plan(), PDF)
        categories = await desk.server.categories.require({"Shopify Document": ["SHA-256"]})
        wrong = hashlib.sha256(b"another").hexdigest()
        await desk.server.categories.update(filed.node_id, categories["Shopify Document"], {"SHA-256": wrong})
        with pytest.raises(ContentMismatch) as mismatch:
            await desk.archive.file(filing_plan(), PDF)
        assert (mismatch.value.expected, mismatch.value.found) == (wrong, filed.sha256)
        assert desk.content(desk.documents[0]) == PDF


async def test_what_an_administrator_has_to_prepare_is_named_completely() -> None:
    async with running_ecm("empty") as ecm, open_desk(ecm) as desk:
        with pytest.raises(SetUpMissing) as missing:
            await desk.archive.prepare()
        told = " ".join(missing.value.missing)
        for name in ('"Shopify Document"', '"Shopify Order"', 'workspace type "Order"', 'type "order"'):
            assert name in told


async def test_an_attribute_that_is_missing_is_named() -> None:
    async with new_desk() as desk:
        layout = ArchiveLayout(
            document_category=CategoryLayout("Shopify Document", ("Kind", "Number", "Colour"))
        )
        with pytest.raises(SetUpMissing, match='no attribute "Colour"'):
            await Archive(desk.server, layout).file(filing_plan(), PDF)
        assert desk.documents == desk.workspaces == []


async def test_a_wrong_password_is_tried_once() -> None:
    async with running_ecm() as ecm:
        wrong = ContentServerSettings(url=ecm.url, username="muniment-writer", password="wrong", peer=PEER)
        watch = ecm.faults.add("latency=0;path=/v1/auth")
        async with open_desk(ecm, how=wrong) as desk:
            for _ in range(5):
                with pytest.raises(LoginRefused):
                    await desk.archive.file(filing_plan(), PDF)
        assert watch.acted == 1


async def test_a_wrong_client_secret_is_a_refused_login() -> None:
    async with running_ecm() as ecm:
        wrong = ContentServerSettings(
            url=ecm.url, otds_url=ecm.otds_url, client_id="muniment", client_secret="wrong", peer=PEER
        )
        async with open_desk(ecm, how=wrong) as desk:
            with pytest.raises(LoginRefused):
                await desk.archive.file(filing_plan(), PDF)


async def test_a_url_without_the_cgi_path_is_told_as_such() -> None:
    async with running_ecm() as ecm:
        wrong = ContentServerSettings(url=ecm.origin, username="a", password="b", peer=PEER)
        server = ContentServer.connect(wrong)
        try:
            with pytest.raises(UnknownRoute, match="cgi path"):
                await Archive(server).prepare()
        finally:
            await server.close()


async def test_a_busy_session_outlives_the_life_of_its_first_ticket() -> None:
    async with new_desk() as desk:
        await desk.archive.prepare()
        logins = desk.ecm.faults.add("latency=0;path=/v1/auth")
        life_s = desk.ecm.state.sessions.life_s
        for number in range(4):
            desk.ecm.state.clock.offset_s += life_s * 0.6
            await desk.archive.file(filing_plan(number=f"INV-{number}"), PDF)
        assert logins.acted == 0


async def test_many_filings_at_once_survive_the_expiry_of_all_tickets_with_one_login() -> None:
    async with new_desk() as desk:
        await desk.archive.prepare()
        logins = desk.ecm.faults.add("latency=0;path=/v1/auth")
        desk.ecm.faults.add("latency=20")
        desk.ecm.state.sessions.expire_all()
        plans = [filing_plan(workspace=workspace_plan(str(n), name=f"Order #{n}")) for n in range(10)]
        await asyncio.gather(*(desk.archive.file(plan, PDF) for plan in plans))
        assert logins.acted == 1
        assert len(desk.documents) == 10
