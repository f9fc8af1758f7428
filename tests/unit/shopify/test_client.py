"""What one execution of an operation does with each kind of answer."""

from __future__ import annotations

from random import Random

import pytest

from muniment_kit.errors import Rejected, Retryable
from muniment_kit.http import Answer, OutcomeUnknown, PeerUnavailable
from muniment_shopify.client import AdminClient, is_transient
from muniment_shopify.errors import (
    AccessDenied,
    AnswerUnusable,
    OperatorNeeded,
    QueryRefused,
    ShopFrozen,
    ShopNotFound,
    Throttled,
    TokenRefused,
    WrongApiVersion,
)
from muniment_shopify.operations import operation
from muniment_shopify.priority import Priority
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from tests.unit.shopify.scripted import (
    SHOP,
    VERSION_HEADERS,
    HurriedClock,
    ScriptedPeer,
    answered,
    cost,
    throttled,
)

SHOP_INFO = operation("shop_info")
CREATE = operation("webhook_subscription_create")
GOOD = answered({"data": {"shop": {"name": "Acme"}}, "extensions": cost(requested=4, available=996)})


class RenewedToken:
    """A token that is refused once and has one successor."""

    def __init__(self) -> None:
        self.current = "old"

    async def token(self) -> str:
        return self.current

    async def renew(self, refused: str) -> str | None:
        assert refused == "old"
        self.current = "new"
        return self.current


def client(peer: ScriptedPeer, clock: HurriedClock | None = None, *, max_wait_s: float = 20.0) -> AdminClient:
    return AdminClient(
        ShopDomain(SHOP),
        peer,
        FixedToken("shpat_secret"),
        priority=Priority.DECISION,
        clock=clock or HurriedClock(),
        max_wait_s=max_wait_s,
        random=Random(0),
    )


async def test_an_operation_is_posted_with_its_variables_and_the_token() -> None:
    peer = ScriptedPeer(GOOD)
    result = await client(peer).execute(operation("order_detail"), {"id": "gid://shopify/Order/1"})
    sent = peer.sent[0]
    assert sent.path == "/admin/api/2026-10/graphql.json"
    assert sent.headers["X-Shopify-Access-Token"] == "shpat_secret"
    assert sent.content == {
        "query": operation("order_detail").text,
        "variables": {"id": "gid://shopify/Order/1"},
    }
    assert result.data == {"shop": {"name": "Acme"}}
    assert result.cost is not None
    assert (result.cost.requested, result.cost.throttle.available) == (4, 996)


async def test_queries_may_be_repeated_and_mutations_not_unless_the_caller_knows_better() -> None:
    peer = ScriptedPeer(GOOD, GOOD, GOOD)
    shop = client(peer)
    await shop.execute(SHOP_INFO)
    await shop.execute(CREATE)
    await shop.execute(CREATE, repeatable=True)
    assert [sent.repeatable for sent in peer.sent] == [True, False, True]


async def test_throttling_at_status_200_waits_for_the_missing_points_and_asks_again() -> None:
    clock = HurriedClock()
    peer = ScriptedPeer(throttled(requested=752, available=666), GOOD)
    result = await client(peer, clock).execute(SHOP_INFO)
    assert result.data["shop"]["name"] == "Acme"
    [waited] = clock.slept
    assert 1.72 <= waited <= 1.72 * 1.1


async def test_throttling_for_longer_than_a_call_waits_is_left_to_the_caller() -> None:
    peer = ScriptedPeer(throttled(requested=900, available=-900))
    with pytest.raises(Throttled) as raised:
        await client(peer, max_wait_s=5.0).execute(SHOP_INFO)
    assert raised.value.after == pytest.approx(36.0)
    assert len(peer.sent) == 1


@pytest.mark.parametrize(
    "answer",
    [
        answered({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}),
        throttled(requested=0, available=0),
        throttled(requested=10, available=900),
        throttled(requested=10, available=0, rate=0),
    ],
    ids=["no cost", "cost 0", "points are there", "rate 0"],
)
async def test_throttling_that_tells_no_wait_still_waits_and_ends(answer: Answer) -> None:
    clock = HurriedClock()
    peer = ScriptedPeer(*[answer] * 5)
    with pytest.raises(Throttled, match="5 times in a row"):
        await client(peer, clock).execute(SHOP_INFO)
    assert len(clock.slept) >= 5
    assert sum(clock.slept) > 5.0


async def test_throttling_of_a_mutation_is_no_unknown_outcome() -> None:
    peer = ScriptedPeer(throttled(requested=20, available=0), GOOD)
    await client(peer).execute(CREATE)
    assert [sent.repeatable for sent in peer.sent] == [False, False]


async def test_a_query_dearer_than_the_whole_bucket_is_refused_for_good() -> None:
    peer = ScriptedPeer(throttled(requested=1500, available=1000))
    with pytest.raises(QueryRefused, match="1500 points"):
        await client(peer).execute(SHOP_INFO)
    refused = answered({"errors": [{"message": "x", "extensions": {"code": "MAX_COST_EXCEEDED"}}]})
    peer = ScriptedPeer(refused)
    with pytest.raises(QueryRefused, match="MAX_COST_EXCEEDED"):
        await client(peer).execute(SHOP_INFO)
    assert len(peer.sent) == 1


async def test_the_price_of_an_operation_is_learned_and_waited_for_before_it_is_sent_again() -> None:
    clock = HurriedClock()
    peer = ScriptedPeer(
        answered({"data": {"shop": {}}, "extensions": cost(requested=500, available=100, rate=100)}), GOOD
    )
    shop = client(peer, clock)
    await shop.execute(SHOP_INFO)
    assert clock.slept == []
    await shop.execute(SHOP_INFO)
    assert clock.slept == [pytest.approx(4.0, rel=0.1)]


async def test_fields_that_are_denied_leave_the_rest_of_the_data() -> None:
    error = {
        "message": "Access denied for customer",
        "path": ["order", "customer"],
        "extensions": {"code": "ACCESS_DENIED"},
    }
    peer = ScriptedPeer(answered({"data": {"order": {"id": "1", "customer": None}}, "errors": [error]}))
    result = await client(peer).execute(SHOP_INFO)
    assert result.data["order"]["id"] == "1"
    assert [(e.is_access_denied, e.path) for e in result.errors] == [(True, ("order", "customer"))]


def error(code: str) -> dict[str, object]:
    return {"errors": [{"message": "personal", "extensions": {"code": code}}], "data": None}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answered(error("ACCESS_DENIED")), AccessDenied),
        (answered({**error("ACCESS_DENIED"), "data": {"order": None}}), AccessDenied),
        (answered(error("INTERNAL_SERVER_ERROR")), AnswerUnusable),
        (answered(error("undefinedField")), QueryRefused),
        (answered(["no", "object"]), AnswerUnusable),
        (answered({"neither": 1}), AnswerUnusable),
        (Answer(200, VERSION_HEADERS, b"{"), AnswerUnusable),
        (answered({"errors": "[API] Invalid API key or access token"}, 401), TokenRefused),
        (answered({}, 402), ShopFrozen),
        (answered({}, 403), AccessDenied),
        (answered({"errors": "Not Found"}, 404), ShopNotFound),
        (answered({}, 423), ShopFrozen),
        (answered({}, 430), ShopFrozen),
        (answered({}, 400), QueryRefused),
        (PeerUnavailable("shopify: POST failed"), PeerUnavailable),
    ],
)
async def test_each_trouble_has_its_own_error_without_shop_text(
    answer: Answer | Exception, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as raised:
        await client(ScriptedPeer(answer)).execute(SHOP_INFO)
    assert "personal" not in str(raised.value)
    assert "shpat" not in str(raised.value)


async def test_an_order_that_is_not_there_is_data_without_an_error() -> None:
    result = await client(ScriptedPeer(answered({"data": {"order": None}}))).execute(SHOP_INFO)
    assert result.data == {"order": None}


async def test_nonsense_after_a_mutation_leaves_its_outcome_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        await client(ScriptedPeer(Answer(200, VERSION_HEADERS, b"<html>"))).execute(CREATE)


@pytest.mark.parametrize("code", ["INTERNAL_SERVER_ERROR", "TIMEOUT"])
async def test_an_internal_error_of_a_mutation_may_hide_its_effect(code: str) -> None:
    with pytest.raises(OutcomeUnknown, match="look for its effect"):
        await client(ScriptedPeer(answered(error(code)))).execute(CREATE)


@pytest.mark.parametrize("version", ["2027-01", "", "2026-10\r\nX: y"])
async def test_an_answer_of_another_version_is_a_persons_business(version: str) -> None:
    answer = Answer(200, {"X-Shopify-API-Version": version} if version else {}, b'{"data": {"shop": {}}}')
    with pytest.raises(WrongApiVersion, match="instead of 2026-10") as raised:
        await client(ScriptedPeer(answer)).execute(SHOP_INFO)
    assert "\r" not in str(raised.value)
    assert raised.value.after is not None


async def test_a_refused_token_is_renewed_once() -> None:
    peer = ScriptedPeer(answered({}, 401), GOOD)
    shop = AdminClient(ShopDomain(SHOP), peer, RenewedToken(), clock=HurriedClock())
    await shop.execute(SHOP_INFO)
    assert [sent.headers["X-Shopify-Access-Token"] for sent in peer.sent] == ["old", "new"]


async def test_a_renewed_token_that_is_refused_too_is_a_persons_business() -> None:
    peer = ScriptedPeer(answered({}, 401), answered({}, 401))
    shop = AdminClient(ShopDomain(SHOP), peer, RenewedToken(), clock=HurriedClock())
    with pytest.raises(TokenRefused):
        await shop.execute(SHOP_INFO)
    assert len(peer.sent) == 2


async def test_points_of_a_failed_call_are_not_set_aside_for_ever() -> None:
    clock = HurriedClock()
    peer = ScriptedPeer(*[PeerUnavailable("down")] * 10, GOOD)
    shop = client(peer, clock)
    for _ in range(10):
        with pytest.raises(PeerUnavailable):
            await shop.execute(SHOP_INFO)
    await clock.advance(20)
    await shop.execute(SHOP_INFO)
    assert shop._queue._bucket.available == 996


def test_only_what_a_person_must_repair_is_called_so_and_none_of_it_rejects_an_event() -> None:
    for kind in (TokenRefused, AccessDenied, ShopFrozen, ShopNotFound, WrongApiVersion):
        assert issubclass(kind, OperatorNeeded)
        assert issubclass(kind, Retryable)
    assert issubclass(QueryRefused, Rejected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200, {"Content-Type": "application/json; charset=utf-8"}, b""), False),
        (Answer(200, {"Content-Type": "text/html"}, b""), True),
        (Answer(200, {}, b""), True),
        (Answer(500, {}, b""), True),
        (Answer(429, {}, b""), True),
        (Answer(401, {"Content-Type": "text/html"}, b""), False),
        (Answer(404, {"Content-Type": "text/html"}, b""), False),
    ],
)
def test_a_page_of_html_and_any_5xx_pass_by_themselves(answer: Answer, expected: bool) -> None:
    assert is_transient(answer) is expected
