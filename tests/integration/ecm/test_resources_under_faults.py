"""Each fault of the sandbox at each request of each change: made once, and found by who comes after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_ecm import HoldDraft, RecordDetails
from muniment_ecm.documents import Upload
from muniment_ecm.large_uploads import WORTH_ASKING_BYTES
from tests.integration.ecm.desk import Desk, new_desk
from tests.integration.ecm.test_filing_under_faults import FAULTS
from tests.integration.ecm.workspaces import new_document, new_workspace
from tests.unit.ecm.filing_desk import ACCOUNTING

REQUESTS = 7
"""More than any change needs: at most five, and a login where the ticket is gone."""
LARGE = bytes(range(256)) * (WORTH_ASKING_BYTES // 256 + 16)

Act = Callable[[], Awaitable[object]]


@dataclass
class Change:
    """Something to be done, and how often it was done."""

    act: Act
    times_done: Callable[[], int]


async def a_relation(desk: Desk, number: int) -> Change:
    order = await new_workspace(desk.server, f"north.{number}")
    case = await new_workspace(desk.server, f"north.{number}", kind="Case")
    workspaces = desk.ecm.state.workspaces
    return Change(
        partial(desk.server.relations.relate, order, case),
        lambda: workspaces.related(workspaces.get(order), "child").count(case),
    )


async def a_role(desk: Desk, number: int) -> Change:
    case = await new_workspace(desk.server, f"north.{number}", kind="Case")
    role = await desk.server.roles.by_name(case, "Reviewers")
    member = await desk.server.members.by_login("okafor")
    assert role is not None
    assert member is not None
    inside = desk.ecm.state.workspaces.get(case).role(role.id)
    return Change(
        partial(desk.server.roles.give, case, role.id, member.id),
        lambda: inside.member_ids.count(member.id),
    )


async def a_new_hold(desk: Desk, number: int) -> Change:
    draft = a_draft(desk, number)
    return Change(
        partial(desk.server.holds.find_or_create, draft),
        lambda: [hold.name for hold in desk.ecm.state.holds.all()].count(draft.name),
    )


async def a_hold_on_a_document(desk: Desk, number: int) -> Change:
    node_id = await new_document(desk.server, f"north.{number}")
    hold_id = (await desk.server.holds.find_or_create(a_draft(desk, number))).thing
    node = desk.ecm.state.tree.get(node_id)
    return Change(
        partial(desk.server.holds.put_on, node_id, hold_id),
        lambda: len([held for held, _ in desk.ecm.state.holds.on(node) if held.id == hold_id]),
    )


async def a_nickname(desk: Desk, number: int) -> Change:
    order = await new_workspace(desk.server, f"north.{number}")
    name = f"shopify_order_{number}"
    tree = desk.ecm.state.tree
    return Change(
        partial(desk.server.nicknames.set_once, order, name),
        lambda: int((holder := tree.by_nickname(name)) is not None and holder.id == order),
    )


async def a_record(desk: Desk, number: int) -> Change:
    node_id = await new_document(desk.server, f"north.{number}")
    class_id = (await desk.server.records.require([ACCOUNTING]))[ACCOUNTING]
    records = desk.ecm.state.records
    details = RecordDetails(record_date=date(2026, 6, 1))
    return Change(
        partial(desk.server.records.ensure, node_id, class_id, details, is_new=number % 2 == 0),
        lambda: record.edits if (record := records.find(node_id)) is not None else 0,
    )


async def a_classification(desk: Desk, number: int) -> Change:
    node_id = await new_document(desk.server, f"north.{number}")
    found = await desk.server.classifications.require(["Order documents", "Case documents"])
    await desk.server.classifications.add(node_id, [found["Case documents"]])
    node = desk.ecm.state.tree.get(node_id)
    wanted = found["Order documents"]
    return Change(
        partial(desk.server.classifications.add, node_id, [wanted]),
        lambda: node.classifications.count(wanted) if len(node.classifications) == 2 else -1,
    )


async def parts_of_a_file(desk: Desk, number: int) -> Change:
    """The parts travel once; the document of them is made at most once an upload (see ``deposit``)."""
    desk.ecm.state.uploads.part_size_bytes = WORTH_ASKING_BYTES // 2
    folder = await new_workspace(desk.server, f"north.{number}")
    upload = Upload(name="film.bin", media_type="application/octet-stream", content=LARGE)
    keys: list[str] = []

    async def send() -> None:
        large = desk.server.documents.large_uploads
        keys.append(await large.send(upload.name, upload.media_type, upload.content))

    def times_done() -> int:
        sent = desk.ecm.state.uploads.take(keys[-1])
        return int(sent.content == LARGE and folder > 0)

    return Change(send, times_done)


def a_draft(desk: Desk, number: int) -> HoldDraft:
    code = desk.ecm.state.retention.codes("hold_type")[0].code
    return HoldDraft(name=f"Dispute {number}", type=code, applied_on=date(2026, 6, 1))


CHANGES = [
    a_relation,
    a_role,
    a_new_hold,
    a_hold_on_a_document,
    a_nickname,
    a_record,
    a_classification,
    parts_of_a_file,
]
Prepare = Callable[[Desk, int], Awaitable[Change]]


async def check_done_once(desk: Desk, prepare: Prepare, number: int, faults: list[str]) -> None:
    change = await prepare(desk, number)
    for fault in faults:
        desk.ecm.faults.add(fault)
    await desk.does_until_done(change.act, attempts=3 + 2 * len(faults))
    desk.ecm.faults.clear()
    assert change.times_done() == 1, faults
    if prepare is not parts_of_a_file:
        await change.act()
        assert change.times_done() == 1, faults


@pytest.mark.parametrize("prepare", CHANGES)
async def test_one_fault_at_any_request_of_a_change(prepare: Prepare) -> None:
    numbers = count(1)
    async with new_desk() as desk:
        for fault in FAULTS:
            for skipped in range(REQUESTS):
                await check_done_once(desk, prepare, next(numbers), [f"{fault};skip={skipped};times=1"])


@pytest.mark.parametrize("prepare", CHANGES)
@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, REQUESTS), st.sampled_from(FAULTS)), min_size=2, max_size=5))
async def test_several_faults_at_any_requests_of_a_change(
    prepare: Prepare, faults: list[tuple[int, str]]
) -> None:
    async with new_desk() as desk:
        told = [f"{fault};skip={skipped};times=1" for skipped, fault in faults]
        await check_done_once(desk, prepare, 1, told)
