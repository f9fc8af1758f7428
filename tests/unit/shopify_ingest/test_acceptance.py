from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_contracts.headers import to_record
from muniment_contracts.identifiers import parse_key
from shopify_ingest.receive.acceptance import Accepted, Gate
from shopify_ingest.receive.refusals import WRONG_SIGNATURE, Refused
from tests.builders.events import at

SECRET = b"shpss_the_secret"
OLD_SECRET = b"shpss_the_old_one"
OTHER_SECRET = b"shpss_of_another_app"
GATE = Gate({"northwind": [SECRET, OLD_SECRET], "eastwind": [OTHER_SECRET]})


def signed(body: bytes, *, secret: bytes = SECRET, **headers: str) -> dict[str, str]:
    signature = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
    usual = {
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": "northwind.myshopify.com",
        "X-Shopify-Webhook-Id": "b54557e4",
        "X-Shopify-Event-Id": "98880550",
        "X-Shopify-Triggered-At": "2026-03-02T09:00:00.123456789Z",
        "X-Shopify-API-Version": "2026-10",
    }
    return usual | {name.replace("_", "-"): value for name, value in headers.items()}


BODY = b'{"id":820982911946154508,"admin_graphql_api_id":"gid://shopify/Order/820982911946154508"}'


def test_a_signed_hook_is_accepted_under_the_key_of_its_order() -> None:
    judged = GATE.judge(signed(BODY), BODY, at())
    assert isinstance(judged, Accepted)
    assert judged.status == 200
    assert judged.event.key == "northwind/order/820982911946154508"
    assert judged.event.body.body == BODY
    assert judged.event.correlation_id == "98880550"


def test_either_secret_signs_while_one_is_rotated() -> None:
    for position, secret in enumerate((SECRET, OLD_SECRET), 1):
        judged = GATE.judge(signed(BODY, secret=secret), BODY, at())
        assert isinstance(judged, Accepted)
        assert judged.secret == position


def test_each_shop_has_its_own_secrets_and_its_own_keys() -> None:
    of_eastwind = {"X_Shopify_Shop_Domain": "eastwind.myshopify.com"}
    judged = GATE.judge(signed(BODY, secret=OTHER_SECRET, **of_eastwind), BODY, at())
    assert isinstance(judged, Accepted)
    assert judged.event.key == "eastwind/order/820982911946154508"
    assert GATE.judge(signed(BODY, secret=SECRET, **of_eastwind), BODY, at()) is WRONG_SIGNATURE
    assert GATE.judge(signed(BODY, secret=OTHER_SECRET), BODY, at()) is WRONG_SIGNATURE


@pytest.mark.parametrize(
    ("headers", "body", "status", "reason"),
    [
        ({}, BODY, 401, "unsigned"),
        (signed(BODY, X_Shopify_Hmac_Sha256="bm90IGl0"), BODY, 401, "wrong-signature"),
        (signed(BODY, X_Shopify_Hmac_Sha256="żółć"), BODY, 401, "wrong-signature"),
        (signed(BODY), BODY + b" ", 401, "wrong-signature"),
        (signed(BODY, X_Shopify_Shop_Domain="other.myshopify.com"), BODY, 403, "wrong-shop"),
        (signed(BODY, X_Shopify_Shop_Domain="evil.example"), BODY, 403, "wrong-shop"),
        (
            signed(BODY, secret=b"no secret of ours", X_Shopify_Shop_Domain="other.myshopify.com"),
            BODY,
            401,
            "wrong-signature",
        ),
        (signed(BODY, X_Shopify_Topic=""), BODY, 400, "no-topic"),
    ],
)
def test_what_is_refused_and_why(headers: dict[str, str], body: bytes, status: int, reason: str) -> None:
    judged = GATE.judge(headers, body, at())
    assert isinstance(judged, Refused)
    assert (judged.status, judged.reason) == (status, reason)


def test_a_signed_body_that_is_no_json_object_is_kept_and_answered_400() -> None:
    for body in (b"<html>", b"[1]", b"", b"\xff"):
        judged = GATE.judge(signed(body), body, at())
        assert isinstance(judged, Accepted)
        assert (judged.status, judged.verdict, judged.event.body.body) == (400, "malformed", body)


def test_an_unknown_topic_with_a_good_signature_is_kept() -> None:
    judged = GATE.judge(signed(BODY, X_Shopify_Topic="orders/teleported"), BODY, at())
    assert isinstance(judged, Accepted)
    assert (judged.status, judged.verdict) == (200, "unknown-topic")


def test_header_bytes_that_are_no_utf8_are_kept_as_latin1() -> None:
    headers = signed(BODY, X_Forwarded_Note="caf\udce9")
    judged = GATE.judge(headers, BODY, at())
    assert isinstance(judged, Accepted)
    assert judged.event.body.headers["x-forwarded-note"] == "café"
    assert to_record(judged.event).value


def test_a_trace_begun_by_a_proxy_is_gone_on_with_and_nonsense_is_not() -> None:
    begun = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    for told, carried in ((begun, begun), ("00-nonsense", None), ("\udce9", None)):
        judged = GATE.judge(signed(BODY) | {"traceparent": told}, BODY, at())
        assert isinstance(judged, Accepted)
        assert judged.event.traceparent == carried


def test_a_redelivery_has_the_same_event_id_and_another_delivery_has_not() -> None:
    first = GATE.judge(signed(BODY), BODY, at())
    again = GATE.judge(signed(BODY), BODY, at(60))
    other = GATE.judge(signed(BODY, X_Shopify_Webhook_Id="another"), BODY, at())
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert isinstance(other, Accepted)
    assert first.event.id == again.event.id != other.event.id


#: Header values as aiohttp hands them over: bytes that are no UTF-8 become surrogates.
RAW = st.binary(max_size=40).map(lambda raw: raw.decode("utf-8", "surrogateescape"))


@given(body=st.binary(max_size=200), topic=RAW, webhook_id=RAW, event_id=RAW)
def test_whatever_is_signed_is_kept_under_a_well_formed_key(
    body: bytes, topic: str, webhook_id: str, event_id: str
) -> None:
    headers = signed(
        body, X_Shopify_Topic=f"x{topic}", X_Shopify_Webhook_Id=webhook_id, X_Shopify_Event_Id=event_id
    )
    judged = GATE.judge(headers, body, at())
    assert isinstance(judged, Accepted)
    assert parse_key(judged.event.key)[0] == "northwind"
    assert judged.event.body.body == body
    assert to_record(judged.event).value


@given(headers=st.dictionaries(st.sampled_from(sorted(signed(b""))), RAW), body=st.binary(max_size=50))
def test_no_header_makes_the_gate_fail(headers: dict[str, str], body: bytes) -> None:
    assert isinstance(GATE.judge(headers, body, at()), Refused)
