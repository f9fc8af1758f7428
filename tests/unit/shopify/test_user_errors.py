"""User errors: which code leads to which error, and that no word of Shopify's gets into a message."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.errors import MunimentError, Rejected, Retryable
from muniment_shopify.errors import (
    AccessDenied,
    ChangeNotDone,
    ChangeRefused,
    ObjectGone,
    StaleObject,
    StateForbids,
)
from muniment_shopify.user_errors import error_of


def told(*codes: str | None, message: str = "personal") -> list[dict[str, Any]]:
    return [{"field": ["input", "id"], "message": message, "code": code} for code in codes]


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (("INVALID",), ChangeRefused),
        ((None,), ChangeRefused),
        (("NOT_FOUND",), ObjectGone),
        (("FULFILLMENT_ORDER_NOT_FOUND",), ObjectGone),
        (("FILE_DOES_NOT_EXIST",), ObjectGone),
        (("RESOURCE_NOT_FOUND",), ObjectGone),
        (("INVALID_STATE",), StateForbids),
        (("EVIDENCE_PAST_DUE_DATE",), StateForbids),
        (("STALE_OBJECT",), StaleObject),
        (("INTERNAL_ERROR",), ChangeNotDone),
        (("FILE_LOCKED", "INTERNAL_ERROR"), ChangeNotDone),
        (("INTERNAL_ERROR", "INVALID"), ChangeRefused),
        (("MISSING_PERMISSION",), AccessDenied),
        (("APP_NOT_AUTHORIZED", "INVALID"), AccessDenied),
    ],
)
def test_a_code_says_what_kind_of_error_it_is(
    codes: tuple[str | None, ...], kind: type[MunimentError]
) -> None:
    error = error_of("acme", "return_close", told(*codes))
    assert type(error) is kind
    assert isinstance(error, Rejected) != isinstance(error, Retryable)


def test_shopifys_words_are_for_the_person_who_decided_and_in_no_message() -> None:
    error = error_of("acme", "refund_create", told("INVALID", message="Jane Doe, Main Street 1"))
    assert isinstance(error, ChangeRefused)
    assert error.said == ("Jane Doe, Main Street 1",)
    assert error.codes == ("INVALID",)
    assert error.fields == ("input.id",)
    assert "Jane" not in str(error)
    assert "refund_create" in str(error)


@given(st.lists(st.text(), min_size=1), st.text(), st.lists(st.text()))
def test_nothing_that_is_no_identifier_gets_into_a_message(
    codes: list[str], message: str, field: list[str]
) -> None:
    errors = [{"code": code, "message": message, "field": field} for code in codes]
    text = str(error_of("acme", "tags_add", errors))
    assert text.isascii()
    assert text.isprintable()
