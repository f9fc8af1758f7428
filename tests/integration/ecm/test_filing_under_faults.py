"""Each fault of the sandbox at each request of a filing: one workspace, one document, the right bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_ecm import FilingOutcome
from muniment_kit.http import PeerSettings
from tests.integration.ecm.desk import PEER, new_desk, open_desk
from tests.unit.ecm.filing_desk import ACCOUNTING, PDF, filing_plan

REQUESTS = 19
"""A first filing makes 18: login, nine for the names, five for the document, a folder, two for the record."""

FAULTS = [
    "cut",
    "cut-after",
    "html=500",
    "html=200",
    "status=502",
    "status=503",
    "status=429;retry_after=0",
    "status=503;retry_after=0",
    "status=401",
    "truncate",
    "expire-tickets",
]


async def check_filed_once(*faults: str, peer: PeerSettings = PEER) -> None:
    async with new_desk(peer=peer) as desk:
        for fault in faults:
            desk.ecm.faults.add(fault)
        plan = filing_plan(folder=("Legal",), classification=ACCOUNTING)
        filed = await desk.files_until_done(plan, attempts=3 + 2 * len(faults))
        assert filed.outcome in (FilingOutcome.FILED, FilingOutcome.ALREADY_FILED)
        desk.ecm.faults.clear()
        async with open_desk(desk.ecm) as restarted:
            again = await restarted.archive.file(plan, PDF)
        assert (again.node_id, again.classification) == (filed.node_id, filed.classification)
        record = desk.ecm.state.records.find(filed.node_id)
        assert record is not None
        assert (record.edits, record.details.record_date) == (1, "2026-06-01")
        assert filed.classification == ACCOUNTING
        assert len(desk.workspaces) == 1
        [document] = desk.documents
        assert [desk.content(document, n + 1) for n in range(len(document.versions))] == [PDF]
        below = desk.ecm.state.tree.descendants(desk.workspaces[0])
        folders = [node.name for node in below if node.parent_id == filed.workspace_id]
        assert len(folders) == len(set(folders))


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_fault_at_any_request_of_a_filing(fault: str) -> None:
    for number in range(REQUESTS):
        await check_filed_once(f"{fault};skip={number};times=1")


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, REQUESTS + 5), st.sampled_from(FAULTS)), max_size=5))
async def test_several_faults_at_any_requests_of_a_filing(faults: list[tuple[int, str]]) -> None:
    await check_filed_once(*(f"{fault};skip={number};times=1" for number, fault in faults))


@pytest.mark.parametrize("path", ["/v2/businessworkspaces", "/v2/nodes", "/v2/nodes/*/content"])
async def test_a_stall_longer_than_the_timeout_is_looked_up(path: str) -> None:
    impatient = PeerSettings(
        allow_private=True, timeout_s=0.3, backoff_base_s=0.001, backoff_cap_s=0.01, breaker_failures=1000
    )
    await check_filed_once(f"stall=0.6;times=1;path={path}", peer=impatient)
