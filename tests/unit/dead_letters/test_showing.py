"""A letter for a person's eyes: decoded, personal data hidden, untrusted text made harmless."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from muniment_contracts.bodies import HookReceived
from muniment_contracts.codec import default_codec
from muniment_contracts.headers import to_record
from muniment_contracts.topics import Topic
from muniment_kit.testing.in_memory_log import StoredRecord
from muniment_ops.dead_letters.groups import LetterGroup
from muniment_ops.dead_letters.letters import Cause, LetterTopic, letter_of
from muniment_ops.dead_letters.printing import hex_dump, printable, printable_bytes
from muniment_ops.dead_letters.settling import SettlingPlan
from muniment_ops.dead_letters.showing import ShownLetter, as_json, show
from muniment_ops.dead_letters.view import show_groups, show_letter, show_plan
from tests.builders.events import START, document_produced, hook_received, order_change

HOOKS = LetterTopic(Topic.SHOPIFY_HOOKS, "shopify-ingest")
PRODUCED = LetterTopic(Topic.DOCUMENTS_PRODUCED, "ecm-archiver")
ORDERS = LetterTopic(Topic.COMMERCE_ORDERS, "document-renderer")


def stored(key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]) -> StoredRecord:
    return StoredRecord("t", 0, 5, 1_772_000_000_000, key, value, headers)


def shown_of(record: StoredRecord, topic: LetterTopic, *, with_personal_data: bool = False) -> ShownLetter:
    return show(record, letter_of(record, topic), None, with_personal_data=with_personal_data)


def fields_of(shown: ShownLetter) -> dict[str, tuple[str | None, bool]]:
    return {leaf.path: (leaf.value, leaf.is_personal) for leaf in shown.fields}


def printed(shown: ShownLetter) -> str:
    console = Console(width=400, record=True, file=StringIO())
    show_letter(console, shown)
    return console.export_text()


def test_a_document_is_shown_without_what_is_personal() -> None:
    event = document_produced()
    attributes = {"Order name": "#1001", "Customer": "Jo Doe", "Nickname": "Jojo"}
    body = replace(
        event.body, workspace=replace(event.body.workspace, name="#1001 Jo Doe", attributes=attributes)
    )
    shown = shown_of(stored(*to_record(replace(event, body=body))), PRODUCED)
    fields = fields_of(shown)
    assert fields["number"] == (event.body.number, False)
    assert fields["content"] == (None, True)
    assert fields["workspace.name"] == (None, True)
    assert fields["workspace.attributes[Order name]"] == ("#1001", False)
    assert fields["workspace.attributes[Customer]"] == (None, True)
    assert fields["workspace.attributes[Nickname]"] == (None, True)
    assert "Jo" not in str(as_json(shown))
    assert shown.written_with == "documents.DocumentProduced v1 (id 3)"
    asked = fields_of(
        shown_of(stored(*to_record(replace(event, body=body))), PRODUCED, with_personal_data=True)
    )
    assert asked["workspace.attributes[Customer]"] == ("Jo Doe", True)


def test_lists_of_records_are_shown_one_by_one_and_nothing_is_nobody() -> None:
    event = order_change("order.paid")
    fields = fields_of(shown_of(stored(*to_record(event)), ORDERS))
    assert [path for path in fields if path.startswith("hooks[")]
    bare = fields_of(
        shown_of(stored(*to_record(replace(event, body=replace(event.body, hooks=[], part=None)))), ORDERS)
    )
    assert bare["hooks"] == ("[]", False)
    assert bare["part"] == ("null", False)
    assert bare["snapshot"] == (None, True)


def test_an_undecodable_value_shows_why_and_only_its_frame() -> None:
    _, value, headers = to_record(hook_received(body=b"jo@example.com"))
    cut = stored(b"k", value[:-3], headers)
    shown = shown_of(cut, HOOKS)
    assert shown.undecodable is not None
    assert shown.dump is not None
    written_with = default_codec().written_with(HookReceived).id
    assert shown.dump.startswith(f"00000000  00 00 00 00 {written_with:02x}")
    assert "jo@example" not in shown.dump
    assert f"more of {len(value) - 3} bytes" in shown.dump
    asked = shown_of(cut, HOOKS, with_personal_data=True)
    assert asked.dump is not None
    assert len(asked.dump.splitlines()) > 2
    assert shown.undecodable in printed(shown)


def test_a_value_that_decodes_into_no_event_says_what_is_wrong() -> None:
    key, value, headers = to_record(hook_received())
    shown = shown_of(stored(key, value, [header for header in headers if header[0] != "ce_id"]), HOOKS)
    assert shown.undecodable is None
    assert shown.fault is not None
    assert "no header ce_id" in shown.fault
    assert "no header ce_id" in printed(shown)


def test_a_record_without_value_and_key_is_shown() -> None:
    shown = shown_of(stored(None, None, []), HOOKS)
    assert (shown.key, shown.undecodable) == (None, "The record has no value.")
    assert "none" in printed(shown)


@given(st.text())
def test_nothing_printed_moves_a_cursor_or_turns_a_direction(text: str) -> None:
    safe = printable(text)
    assert safe.isprintable() or not any(
        ord(letter) < 32 or letter in "\x7f\u202e\u2066\u200f" for letter in safe
    )
    assert "\x1b" not in safe


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain Ünï", "plain Ünï"),
        ("a\x1b[31m", "a\\x1b[31m"),
        ("\u202egpj", "\\u202egpj"),
        ("a\nb", "a\\x0ab"),
    ],
)
def test_escapes_are_readable(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_markup_in_a_letter_is_text() -> None:
    record = stored(b"[bold]k[/bold]", b"x", [("dlq_error_message", b"[red]no[/red]"), ("x", b"[link=y]")])
    page = printed(shown_of(record, HOOKS))
    for text in ("[bold]k[/bold]", "[red]no[/red]", "[link=y]"):
        assert text in page


@given(st.binary(max_size=100))
def test_a_dump_holds_every_byte(content: bytes) -> None:
    lines = hex_dump(content, total=len(content)).splitlines()
    dumped = b"".join(bytes.fromhex(line[10:58]) for line in lines if line != "(empty)")
    assert dumped == content


def test_bytes_are_text_or_told_by_length() -> None:
    assert printable_bytes("ä".encode()) == "ä"
    assert printable_bytes(b"\xff\x00") == "2 bytes, beginning ff 00"


def test_pages_for_people_name_groups_and_plans() -> None:
    console = Console(width=200, record=True, file=StringIO())
    group = LetterGroup(
        "abc123", "t.dlq.s", "t", "s", Cause("handle", "Rejected", "rejected"), START, START, "[b]no", 2, 1, 3
    )
    show_groups(console, [group], with_settled=True)
    letter = letter_of(stored(b"k", b"v", []), HOOKS)
    show_plan(console, SettlingPlan([letter] * 12, already_settled=4, overtaking=1), verb="redriven")
    show_groups(console, [], with_settled=False)
    page = console.export_text()
    for text in (
        "abc123",
        "rejected: Rejected",
        "[b]no",
        "12 open letters would be redriven",
        "and 2 more",
    ):
        assert text in page
    for text in ("4 more are settled already", "1 of them would overtake", "No open dead letters."):
        assert text in page
