"""Each fault of the sandbox at each request of a start: exactly one process comes of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_ecm.creation import Origin
from muniment_ecm.workflow_errors import TaskNotAccessible
from muniment_kit.http import PeerSettings
from tests.integration.ecm.desk import PEER
from tests.integration.ecm.workflow_desk import new_workflow_desk, workflow_plan

pytestmark = pytest.mark.connected
REQUESTS = 11
"""A first start makes ten, and a login."""

FAULTS = [
    "cut",
    "cut-after",
    "html=500",
    "html=200",
    "status=502",
    "status=503",
    "status=429;retry_after=0",
    "status=401",
    "truncate",
    "expire-tickets",
]


async def check_started_once(*faults: str, peer: PeerSettings = PEER) -> None:
    async with new_workflow_desk(peer=peer) as desk:
        _, document = desk.document_of_a_case()
        plan = workflow_plan(documents=(document,))
        for fault in faults:
            desk.ecm.faults.add(fault)
        created = await desk.starts_until_done(plan, attempts=3 + 2 * len(faults))
        desk.ecm.faults.clear()
        [process] = desk.processes
        assert process.id == created.thing
        assert process.title == plan.marked_title
        assert len(desk.ecm.state.workflows.attachments.items(process.attachments_id)) == 1
        assert (await desk.writer.start_once(plan)).thing == process.id
        assert len(desk.processes) == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_fault_at_any_request_of_a_start(fault: str) -> None:
    for number in range(REQUESTS):
        await check_started_once(f"{fault};skip={number};times=1")


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, REQUESTS + 5), st.sampled_from(FAULTS)), max_size=5))
async def test_several_faults_at_any_requests_of_a_start(faults: list[tuple[int, str]]) -> None:
    await check_started_once(*(f"{fault};skip={number};times=1" for number, fault in faults))


@pytest.mark.parametrize(("skipped", "origin"), [(0, Origin.MADE), (1, Origin.PERHAPS_MADE)])
async def test_a_lost_answer_to_the_start_itself_is_looked_up(skipped: int, origin: Origin) -> None:
    async with new_workflow_desk() as desk:
        desk.ecm.faults.add(f"cut-after;method=PUT;path=/v2/draftprocesses/*;skip={skipped};times=1")
        created = await desk.writer.start_once(workflow_plan())
        assert created.origin is origin
        assert [one.acted for one in desk.ecm.faults.active] == [1]
        assert [process.id for process in desk.processes] == [created.thing]


async def test_a_draft_that_was_started_by_a_slow_request_is_found_by_its_mark() -> None:
    async with new_workflow_desk() as desk:
        drawn = await desk.writer.map_named("Exception Review")
        draft = await desk.writer.draft(drawn.id)
        plan = workflow_plan()
        await desk.writer.fill(draft, drawn, {}, title=plan.marked_title)
        started = await desk.writer.initiate(draft)
        with pytest.raises(TaskNotAccessible):
            await desk.writer.initiate(draft)
        assert await desk.writer.find(plan.mark) == started


@pytest.mark.parametrize("path", ["/v2/draftprocesses", "/v2/draftprocesses/*"])
async def test_a_stall_longer_than_the_timeout_is_looked_up(path: str) -> None:
    impatient = PeerSettings(
        allow_private=True, timeout_s=0.3, backoff_base_s=0.001, backoff_cap_s=0.01, breaker_failures=1000
    )
    await check_started_once(f"stall=0.6;times=1;path={path}", peer=impatient)
