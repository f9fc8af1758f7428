"""Large files in parts, reservations, the recycle bin, the audit trail."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from muniment_ecm import ContentServerSettings, ReservedByOther
from muniment_ecm.documents import Upload
from muniment_ecm.large_uploads import WORTH_ASKING_BYTES
from muniment_kit.http import PeerUnavailable
from tests.integration.ecm.desk import PEER, Desk, new_desk, open_desk
from tests.integration.ecm.workspaces import new_document, new_workspace
from tests.unit.ecm.filing_desk import PDF, filing_plan

LARGE = bytes(range(256)) * 4096 * 12  # 12 MiB: three parts


def as_admin(desk: Desk) -> ContentServerSettings:
    return ContentServerSettings(url=desk.ecm.url, username="admin", password="livelink", peer=PEER)


def large_upload(name: str = "film.bin") -> Upload:
    return Upload(name=name, media_type="application/octet-stream", content=LARGE)


async def test_a_large_file_travels_in_parts_and_arrives_whole() -> None:
    async with new_desk() as desk:
        folder = await new_workspace(desk.server, "north.1")
        parts = desk.ecm.faults.add("latency=0;path=/v2/multipart/*/*")
        node_id = await desk.server.documents.create(folder, large_upload())
        assert parts.acted == 3
        found = await desk.server.documents.content_hash(node_id)
        assert found.sha256 == hashlib.sha256(LARGE).hexdigest()
        assert await desk.server.documents.add_version(node_id, large_upload()) == 2
        assert parts.acted == 6
        assert (await desk.server.documents.content_hash(node_id, 2)).size_bytes == len(LARGE)


async def test_a_small_file_does_not_even_ask() -> None:
    async with new_desk() as desk:
        asked = desk.ecm.faults.add("latency=0;path=/v2/multipart*")
        await new_document(desk.server, content=b"x" * (WORTH_ASKING_BYTES - 1))
        assert asked.acted == 0


async def test_a_server_without_the_call_gets_the_file_in_one_piece() -> None:
    async with new_desk() as desk:
        desk.ecm.state.uploads.part_size_bytes = len(LARGE) + 1
        parts = desk.ecm.faults.add("latency=0;path=/v2/multipart/*/*")
        folder = await new_workspace(desk.server, "north.1")
        node_id = await desk.server.documents.create(folder, large_upload())
        assert parts.acted == 0
        assert (await desk.server.nodes.get(node_id)).size == len(LARGE)


@pytest.mark.parametrize("path", ["/v2/multipart", "/v2/multipart/*/2", "/v2/multipart/*"])
async def test_lost_answers_on_the_way_repeat_nothing_that_arrived(path: str) -> None:
    async with new_desk() as desk:
        folder = await new_workspace(desk.server, "north.1")
        desk.ecm.faults.add(f"cut-after;method=POST;times=2;path={path}")
        node_id = await desk.server.documents.create(folder, large_upload())
        found = await desk.server.documents.content_hash(node_id)
        assert found.sha256 == hashlib.sha256(LARGE).hexdigest()


async def test_an_upload_that_cannot_go_on_is_aborted() -> None:
    async with new_desk() as desk:
        folder = await new_workspace(desk.server, "north.1")
        aborted = desk.ecm.faults.add("latency=0;method=DELETE;path=/v2/multipart/*")
        desk.ecm.faults.add("status=503;method=POST;path=/v2/multipart/*/3")
        with pytest.raises(PeerUnavailable):
            await desk.server.documents.create(folder, large_upload())
        assert aborted.acted == 1
        assert desk.documents == []


async def test_a_reserved_document_takes_versions_from_its_holder_only() -> None:
    async with new_desk() as desk, open_desk(desk.ecm, how=as_admin(desk)) as admin:
        node_id = await new_document(desk.server)
        me = await desk.server.members.myself()
        rivera = await desk.server.members.by_login("rivera")
        assert rivera is not None
        version = Upload(name="a.txt", media_type="text/plain", content=b"b")
        async with desk.server.reservations.reserved(node_id, me.id):
            assert await desk.server.reservations.holder(node_id) == me.id
            await desk.server.documents.add_version(node_id, version)
        assert await desk.server.reservations.holder(node_id) is None
        await admin.server.reservations.reserve(node_id, rivera.id)
        with pytest.raises(ReservedByOther):
            await desk.server.documents.add_version(node_id, version)
        with pytest.raises(ReservedByOther):
            await desk.server.reservations.release(node_id)


async def test_what_was_deleted_comes_back_with_all_that_was_in_it() -> None:
    async with new_desk() as desk:
        node_id = await new_document(desk.server)
        [workspace] = desk.workspaces
        await desk.server.nodes.delete(workspace.id)
        assert desk.documents == []
        deleted = [node.id async for node in desk.server.recycle_bin.contents(name_contains="order")]
        assert deleted == [workspace.id]
        back = await desk.server.recycle_bin.restore([workspace.id, 999_999])
        assert (back.restored, list(back.refused)) == ((workspace.id,), [999_999])
        assert [node.id for node in desk.documents] == [node_id]


async def test_the_audit_trail_of_a_document_by_day() -> None:
    async with new_desk() as desk:
        node_id = await new_document(desk.server)
        await desk.server.documents.add_version(
            node_id, Upload(name="a.txt", media_type="text/plain", content=b"b")
        )
        trail = [event async for event in desk.server.audit.of(node_id, newest_first=False)]
        assert len(trail) >= 2
        assert trail[0].type_name
        assert trail[0].at is not None
        assert trail[0].user_id == (await desk.server.members.myself()).id
        day = trail[0].at.date()
        audit = desk.server.audit
        assert [event async for event in audit.of(node_id, since=day, until=day, newest_first=False)] == trail
        assert [event async for event in audit.of(node_id, since=day + timedelta(days=1))] == []
        kind = trail[0].type
        assert {event.type async for event in audit.of(node_id, of_type=kind)} == {kind}


@pytest.mark.parametrize("path", ["/v2/nodes", "/v2/multipart/*/3", "/v2/multipart/*"])
async def test_a_large_document_is_filed_once_whatever_answer_is_lost(path: str) -> None:
    async with new_desk() as desk:
        await desk.archive.file(filing_plan(number="INV-1"), PDF)
        desk.ecm.faults.add(f"cut-after;method=POST;times=1;path={path}")
        filed = await desk.files_until_done(filing_plan(LARGE, number="FILM-1"), LARGE)
        assert filed.sha256 == hashlib.sha256(LARGE).hexdigest()
        assert [node.name for node in desk.documents] == ["INV-1.pdf", "FILM-1.pdf"]
