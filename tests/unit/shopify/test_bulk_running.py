"""A bulk operation from its start to its end, and every way it can fail to get there."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from muniment_kit.errors import Rejected, Retryable
from muniment_kit.http import Answer, OutcomeUnknown, PeerUnavailable
from muniment_shopify.bulk import BulkProgress, bulk
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AccessDenied, BulkFailed, QueryRefused, TokenRefused
from muniment_shopify.priority import Priority
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from tests.unit.shopify.scripted import SHOP, HurriedClock, ScriptedPeer, answered, throttled

GID = "gid://shopify/BulkOperation/1"
QUERY = "{ orders { edges { node { id } } } }"


def started(gid: str = GID) -> Answer:
    return answered(
        {
            "data": {
                "bulkOperationRunQuery": {"bulkOperation": {"id": gid, "status": "CREATED"}, "userErrors": []}
            }
        }
    )


def refused(code: str) -> Answer:
    errors = [{"field": None, "message": "personal", "code": code}]
    return answered({"data": {"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": errors}}})


def status(stage: str, **fields: Any) -> Answer:
    operation = {
        "id": GID,
        "status": stage,
        "errorCode": None,
        "objectCount": "0",
        "rootObjectCount": "0",
        "fileSize": None,
        "url": None,
        "partialDataUrl": None,
    }
    return answered({"data": {"bulkOperation": {**operation, **fields}}})


EMPTY = status("COMPLETED")
CANCELED = answered(
    {"data": {"bulkOperationCancel": {"bulkOperation": {"id": GID, "status": "CANCELING"}, "userErrors": []}}}
)


class StandingClock(HurriedClock):
    """A clock on which no sleep ever ends; says when one has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.asleep.set()
        await asyncio.Event().wait()


class Export:
    """One bulk query on a scripted shop."""

    def __init__(self, *script: Answer | Exception) -> None:
        self.peer: ScriptedPeer = ScriptedPeer(*script)
        self.clock: HurriedClock = HurriedClock()
        self.client = AdminClient(
            ShopDomain(SHOP),
            self.peer,
            FixedToken("shpat_secret"),
            priority=Priority.DECISION,
            clock=self.clock,
            random=Random(0),
        )
        self.heard: list[BulkProgress] = []
        self.started: list[str] = []

    async def run(self, *, within_s: float = 3600.0, operation_gid: str | None = None) -> int:
        objects = bulk(
            self.client,
            QUERY,
            within_s=within_s,
            operation_gid=operation_gid,
            on_started=self.started.append,
            on_progress=self.heard.append,
            clock=self.clock,
        )
        return len([each async for each in objects])

    @property
    def sent(self) -> list[str]:
        """The operations that were sent, by their names."""
        return [each.content["query"].split()[1].split("(")[0] for each in self.peer.sent]


async def test_an_operation_is_watched_with_growing_pauses_until_it_ends() -> None:
    export = Export(started(), *[status("RUNNING", objectCount="7", rootObjectCount="2")] * 12, EMPTY)
    assert await export.run() == 0
    assert export.started == [GID]
    assert export.heard[0] == BulkProgress(GID, "RUNNING", 7, 2)
    pauses = export.clock.slept
    assert len(pauses) == 12
    assert pauses[0] < 1.3
    assert pauses[-1] > 20


async def test_a_running_operation_is_taken_up_again_without_starting_another() -> None:
    export = Export(EMPTY)
    await export.run(operation_gid=GID)
    assert export.sent == ["BulkOperationStatus"]


@pytest.mark.parametrize("code", ["OPERATION_IN_PROGRESS", "LIMIT_REACHED"])
async def test_while_the_shop_runs_as_many_as_it_may_the_next_waits(code: str) -> None:
    export = Export(refused(code), refused(code), started(), EMPTY)
    await export.run()
    assert export.sent.count("BulkOperationRunQuery") == 3
    assert len(export.clock.slept) == 2


async def test_no_place_in_time_is_to_be_tried_again_later() -> None:
    with pytest.raises(BulkFailed, match="as many bulk operations as it may") as raised:
        await Export(*[refused("LIMIT_REACHED")] * 50).run(within_s=60.0)
    assert raised.value.after is not None


async def test_a_query_shopify_does_not_accept_is_refused_for_good_without_its_text() -> None:
    with pytest.raises(QueryRefused, match="at most five") as raised:
        await Export(refused("INVALID")).run()
    assert isinstance(raised.value, Rejected)
    assert "personal" not in str(raised.value)


class BusyShop(ScriptedPeer):
    """Runs every bulk query until it was asked about three times; counts how many run at once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, int] = {}
        self.most_at_once = 0

    async def request(self, *args: Any, **kwargs: Any) -> Answer:
        self.script = [EMPTY]
        await super().request(*args, **kwargs)
        content = self.sent[-1].content
        if "BulkOperationRunQuery" in content["query"]:
            gid = f"{GID}{len(self.asked)}"
            self.asked[gid] = 0
            self.most_at_once = max(self.most_at_once, sum(times < 3 for times in self.asked.values()))
            return started(gid)
        gid = content["variables"]["id"]
        self.asked[gid] += 1
        return status("RUNNING" if self.asked[gid] < 3 else "COMPLETED", id=gid)


async def test_at_most_five_run_at_once_from_one_process() -> None:
    export = Export()
    export.peer = shop = BusyShop()
    export.client = AdminClient(
        ShopDomain(SHOP), shop, FixedToken("t"), priority=Priority.DECISION, clock=export.clock
    )
    await asyncio.gather(*(export.run() for _ in range(12)))
    assert len(shop.asked) == 12
    assert shop.most_at_once == 5


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status("FAILED", errorCode="TIMEOUT"), "TIMEOUT"),
        (status("FAILED", errorCode="INTERNAL_SERVER_ERROR"), "INTERNAL_SERVER_ERROR"),
        (status("FAILED"), "INTERNAL_SERVER_ERROR"),
        (status("CANCELED"), "CANCELED"),
        (status("EXPIRED"), "EXPIRED"),
        (answered({"data": {"bulkOperation": None}}), "GONE"),
    ],
)
async def test_an_operation_without_a_result_says_why_and_may_be_started_again(
    answer: Answer, code: str
) -> None:
    with pytest.raises(BulkFailed) as raised:
        await Export(started(), answer).run()
    assert raised.value.code == code
    assert isinstance(raised.value, Retryable)


async def test_what_a_failed_operation_found_is_told_and_its_signed_link_stays_out_of_the_message() -> None:
    link = "https://storage.googleapis.com/part?X-Goog-Signature=secret"
    export = Export(started(), status("FAILED", errorCode="TIMEOUT", partialDataUrl=link))
    with pytest.raises(BulkFailed, match="shorter period") as raised:
        await export.run()
    assert raised.value.partial_url == link
    assert "secret" not in str(raised.value)


async def test_a_missing_scope_is_a_persons_business() -> None:
    with pytest.raises(AccessDenied, match="scope"):
        await Export(started(), status("FAILED", errorCode="ACCESS_DENIED")).run()


@pytest.mark.parametrize("trouble", [PeerUnavailable("down"), throttled(requested=1, available=900)])
async def test_an_outage_while_it_runs_is_waited_out(trouble: Answer | Exception) -> None:
    export = Export(started(), status("RUNNING"), *[trouble] * 5, EMPTY)
    assert await export.run() == 0


async def test_a_token_that_is_refused_while_it_runs_ends_the_watch_and_not_the_operation() -> None:
    export = Export(started(), answered({}, 401))
    with pytest.raises(TokenRefused):
        await export.run()
    assert "BulkOperationCancel" not in export.sent


async def test_an_operation_that_takes_too_long_is_cancelled_in_the_shop() -> None:
    export = Export(started(), *[status("RUNNING")] * 9, CANCELED)
    with pytest.raises(BulkFailed) as raised:
        await export.run(within_s=sum((1, 1.5, 2.25, 3.4, 5.0)) * 0.8)
    assert raised.value.code == "UNFINISHED"
    assert export.sent[-1] == "BulkOperationCancel"


async def test_an_operation_nobody_waits_for_any_more_is_cancelled_in_the_shop() -> None:
    export = Export(started(), status("RUNNING"))
    export.clock = clock = StandingClock()
    task = asyncio.create_task(export.run())
    await clock.asleep.wait()
    export.peer.script = [CANCELED]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert export.sent[-1] == "BulkOperationCancel"
    assert export.peer.sent[-1].content["variables"] == {"id": GID}


def newest(*nodes: tuple[str, str, str]) -> Answer:
    found = [{"id": gid, "status": stage, "query": query} for gid, stage, query in nodes]
    return answered({"data": {"bulkOperations": {"nodes": found}}})


async def test_an_operation_whose_start_was_not_answered_is_looked_for_and_not_started_twice() -> None:
    running = newest(("other", "RUNNING", "{ x }"), (GID, "CREATED", QUERY))
    export = Export(OutcomeUnknown("lost"), running, EMPTY)
    await export.run()
    assert export.started == [GID]
    assert export.sent.count("BulkOperationRunQuery") == 1


async def test_a_start_without_answer_or_trace_is_left_to_the_caller() -> None:
    export = Export(OutcomeUnknown("lost"), newest((GID, "COMPLETED", QUERY)))
    with pytest.raises(OutcomeUnknown):
        await export.run()
