"""A hook's signature over its raw body."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_shopify.signature import is_signed

BODY = '{"id":1,"name":"#1001","note":"Grüße"}'.encode()
OLD, NEW = b"hush-old", b"hush-new"


def signature(body: bytes, secret: bytes) -> str:
    return base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()


def test_a_body_signed_with_either_secret_of_a_rotation_is_accepted() -> None:
    for secret in (OLD, NEW):
        assert is_signed(BODY, signature(BODY, secret), [OLD, NEW])


def test_a_body_signed_with_a_secret_no_longer_listed_is_not_accepted() -> None:
    assert not is_signed(BODY, signature(BODY, OLD), [NEW])


def test_a_body_that_was_parsed_and_written_again_is_not_accepted() -> None:
    assert not is_signed(BODY.replace(b",", b", "), signature(BODY, NEW), [NEW])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        "not base64!",
        "ÄÖÜ=",
        "\udcff",
        hmac.new(NEW, BODY, hashlib.sha256).hexdigest(),
        signature(BODY, NEW)[:-4],
        signature(BODY, NEW) + "\n",
        "AAAA",
    ],
)
def test_what_is_no_signature_is_refused_without_an_exception(header: str | None) -> None:
    assert not is_signed(BODY, header, [NEW])


def test_without_secrets_nothing_is_signed() -> None:
    assert not is_signed(BODY, signature(BODY, NEW), [])
    assert not is_signed(BODY, signature(BODY, b""), [b""])


@given(
    st.binary(max_size=200), st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=3), st.data()
)
def test_every_byte_of_the_body_counts(body: bytes, secrets: list[bytes], data: st.DataObject) -> None:
    header = signature(body, data.draw(st.sampled_from(secrets)))
    assert is_signed(body, header, secrets)
    at = data.draw(st.integers(0, len(body)))
    assert not is_signed(body[:at] + b"\x00" + body[at:], header, secrets)


@given(st.text(max_size=80))
def test_any_header_is_judged_without_an_exception(header: str) -> None:
    assert is_signed(BODY, header, [NEW]) == (header == signature(BODY, NEW))
