"""A refusal is told by its text, not by its status."""

from __future__ import annotations

import pytest

from muniment_ecm import (
    CategoryAlreadyApplied,
    CategoryNotApplied,
    EcmError,
    EditConflict,
    FinalRecord,
    InvalidValue,
    MissingParameter,
    NameTaken,
    NicknameTaken,
    NodeNotAccessible,
    NotLoggedIn,
    NotPermitted,
    OnHold,
    RefusedByServer,
    ReservedByOther,
    UnknownRoute,
)
from muniment_ecm.classify import is_transient, refusal, scrubbed
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.http import Answer
from tests.unit.ecm.scripted_transport import answer, html, refused

TABLE: list[tuple[int, str, type[EcmError]]] = [
    (400, "The REST API URL could not be found in the mappings registry", UnknownRoute),
    (401, "Authentication Required", NotLoggedIn),
    (401, "Something new", NotLoggedIn),
    (400, "Could not get a node for 7", NodeNotAccessible),
    (500, "Could not get a node for 7", NodeNotAccessible),
    (400, "Could not get node for 7", NodeNotAccessible),
    (400, "Cannot retrieve node", NodeNotAccessible),
    (400, "Accessibility error. Not enough permissions.", NotPermitted),
    (
        404,
        "Sorry, the item you requested could not be accessed. Either it does not exist or you may not.",
        NodeNotAccessible,
    ),
    (500, "Could not locate node: 7, The version is not found", NodeNotAccessible),
    (404, "No such nickname", NodeNotAccessible),
    (500, "An item with the name 'INV-1.pdf' already exists.", NameTaken),
    (400, "An item with the name 'It's \"new\"\nhere' already exists.", NameTaken),
    (400, "The attribute group 'Shopify Order' already exists", CategoryAlreadyApplied),
    (400, "Category ID '5' is not a category on node '7'", CategoryNotApplied),
    (500, "Category ID '5' is not a category on node '7'", CategoryNotApplied),
    (409, "Could not update metadata (edit conflict).", EditConflict),
    (400, "Could not update metadata (edit conflict).", EditConflict),
    (400, "Missing required parameter 'File'", MissingParameter),
    (500, "Argument 'username' is required", MissingParameter),
    (400, "Invalid datatype specified for argument 'id'", InvalidValue),
    (
        500,
        "Could not set feature 5_2, the length of 'x' is greater than the maximum length (10)",
        InvalidValue,
    ),
    (400, "Could not update category, non-matching attribute '9_2'", InvalidValue),
    (500, "Nicknames must be unique", NicknameTaken),
    (500, "Could not delete item 'a': the item is under a Hold.", OnHold),
    (500, "Could not delete item 'It's a final record'.", RefusedByServer),
    (500, "Could not delete item 'on hold.pdf'.", RefusedByServer),
    (500, "The item 'a' is a final record and cannot be changed.", FinalRecord),
    (500, "The item 'a' is reserved by another user.", ReservedByOther),
    (500, "Insufficient permissions to perform that action", NotPermitted),
    (403, "No", RefusedByServer),
]


@pytest.mark.parametrize(("status", "text", "error"), TABLE)
def test_the_text_tells_the_error(status: int, text: str, error: type[EcmError]) -> None:
    trouble = refusal(refused(text, status), "try")
    assert type(trouble) is error
    assert isinstance(trouble, Retryable) != isinstance(trouble, Rejected)


def test_a_success_is_no_refusal() -> None:
    assert refusal(answer({"results": {}}), "try") is None


def test_the_records_modules_refusals_are_read_too() -> None:
    told = answer({"results": {"ok": False, "errMsg": "Could not get a node for 7", "id": 0}}, status=400)
    assert isinstance(refusal(told, "try"), NodeNotAccessible)


@pytest.mark.parametrize(
    "told", [html(500), html(502), html(503), html(504), html(429), refused("busy", 503)]
)
def test_error_pages_and_gateway_trouble_are_transient(told: Answer) -> None:
    assert is_transient(told)


@pytest.mark.parametrize("told", [refused("Nicknames must be unique", 500), html(404), html(400), answer({})])
def test_a_500_with_a_json_error_is_permanent(told: Answer) -> None:
    assert not is_transient(told)


def test_a_refusal_without_a_reason_says_so() -> None:
    assert "gave no reason" in str(refusal(html(404 + 14), "read node 7"))


def test_messages_never_repeat_what_the_server_quoted() -> None:
    trouble = refusal(refused("Folder 'Anna O'Hara' is full of \"secrets\"", 500), "create a folder")
    assert trouble is not None
    assert "Anna" not in str(trouble)
    assert "Hara" not in str(trouble)
    assert "secrets" not in str(trouble)
    assert len(scrubbed("x" * 1000)) == 200
