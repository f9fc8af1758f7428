"""What is compared, and what of it people are shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_contracts.topics import Topic, describe
from muniment_kit.blobs import Blobs
from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.actions import REPLAY_HEADERS, Redrive
from muniment_ops.replay.canonical import canonical_digest, headers_digest
from muniment_ops.replay.differences import field_differences
from muniment_ops.replay.flows import FLOWS, flow_of
from muniment_ops.replay.handlers import ForgetfulBlobs, handler_of
from muniment_ops.replay.html_report import headline, render
from muniment_ops.replay.offsets_file import read_offsets
from muniment_ops.replay.plan import Filters, Plan, read_plan
from muniment_ops.replay.recorded_objects import RecordedObjects
from shopify_ingest.app import build_record
from tests.builders.events import document_produced, order_change
from tests.unit.document_renderer.desk import Desk
from tests.unit.replay.paper_topic import PaperRecord, odd_offsets_differ, paper_plan, paper_run

headers = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=8)), max_size=5)


@given(headers, st.none() | st.binary(max_size=8), st.none() | st.binary(max_size=8))
def test_order_of_headers_and_trace_context_do_not_count(
    found: list[tuple[str, bytes]], key: bytes | None, value: bytes | None
) -> None:
    noise = [("traceparent", b"00-1"), ("replay_id", b"x")]
    assert canonical_digest(key, value, found) == canonical_digest(key, value, [*noise, *reversed(found)])


@given(headers, headers)
def test_different_headers_have_different_hashes(
    one: list[tuple[str, bytes]], other: list[tuple[str, bytes]]
) -> None:
    assert (headers_digest(one) == headers_digest(other)) == (one == other)


def test_nothing_and_emptiness_are_not_the_same() -> None:
    assert canonical_digest(None, b"a", []) != canonical_digest(b"", b"a", [])
    assert canonical_digest(b"1:a", b"", []) != canonical_digest(b"", b"1:a", [])


def test_every_flow_is_what_the_services_say() -> None:
    services = [Desk().app, build_record(objects=RecordedObjects([]))]
    for service in services:
        for topic in service.table:
            assert FLOWS[topic].service == service.name
            assert set(FLOWS[topic].answers) == set(service.publishes)
    for topic, flow in FLOWS.items():
        assert flow.service in describe(topic).consumers


def test_a_topic_that_nothing_answers_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match=r"Nothing answers archive\.receipts"):
        flow_of(Topic.ARCHIVE_RECEIPTS)


def test_a_topic_taken_in_batches_has_no_handler_for_single_events() -> None:
    with pytest.raises(TypeError):
        handler_of(build_record(objects=RecordedObjects([])), Topic.SHOPIFY_HOOKS)


async def test_forgetful_blobs_give_the_references_of_the_real_store() -> None:
    forgetful, real = ForgetfulBlobs(), Blobs("memory://")
    assert await forgetful.put("documents/a", b"x") == await real.put("documents/a", b"x")


def test_personal_values_are_hidden_and_others_shown() -> None:
    then, now = document_produced("INV-1"), document_produced("INV-2")
    then = replace(then, body=replace(then.body, title="Invoice for Anna"))
    told = {field.field: field for field in field_differences(then, now, show_personal=False)}
    assert (told["body.number"].then, told["body.number"].now) == ("INV-1", "INV-2")
    assert told["body.title"].then == "hidden (16 characters)"
    shown = {field.field: field for field in field_differences(then, now, show_personal=True)}
    assert shown["body.title"].then == "Invoice for Anna"


def test_a_snapshot_differs_member_by_member_without_its_names() -> None:
    then = order_change(snapshot=b'{"order":{"id":"gid://1","email":"anna@example.com","name":"#1"}}')
    now = order_change(snapshot=b'{"order":{"id":"gid://2","email":"bea@example.com","name":"#1"}}')
    told = {field.field: field for field in field_differences(then, now, show_personal=False)}
    assert told["body.snapshot.order.id"].now == "gid://2"
    assert told["body.snapshot.order.email"].now == "hidden (15 characters)"
    assert "body.snapshot.order.name" not in told
    assert "anna" not in str(told)


def test_other_bytes_differ_by_size_and_first_byte() -> None:
    then, now = document_produced(content=b"abcdef"), document_produced(content=b"abcXef!")
    told = {field.field: field for field in field_differences(then, now, show_personal=False)}
    assert str(told["body.content"].then).startswith("6 bytes")
    assert str(told["body.content"].now).endswith("first different byte 3")


def test_filters_mean_what_they_say() -> None:
    record = PaperRecord(1, timestamp=1000, headers=(("ce_correlationid", b"story"), ("a", b"1")))
    meant = [
        Filters(),
        Filters(key="northwind/order/5001"),
        Filters(key_regex="^northwind/.*5001$"),
        Filters(correlation_id="story", headers={"a": "1"}),
        Filters(from_time_ms=1000, to_time_ms=1001),
    ]
    assert [filters.refusal(record) for filters in meant] == [None] * len(meant)
    assert Filters(key="northwind/order/50010").refusal(record) == "other-key"
    assert Filters(key_regex="6001").refusal(record) == "other-key"
    assert Filters(correlation_id="other").refusal(record) == "other-correlation"
    assert Filters(headers={"a": "2"}).refusal(record) == "other-header"
    assert Filters(from_time_ms=1001).refusal(record) == "outside-time"
    assert Filters(to_time_ms=1000).refusal(record) == "outside-time"


def test_a_plan_survives_its_file_and_a_changed_one_is_another(tmp_path: Path) -> None:
    plan = paper_plan()
    plan.write(tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json").fingerprint == plan.fingerprint
    changed: Plan = plan.model_copy(update={"filters": Filters(limit=3)})
    assert changed.fingerprint != plan.fingerprint


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"version": 2}'])
def test_what_is_no_plan_is_wrong_use(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(WrongUse, match="is no plan"):
        read_plan(tmp_path / "plan.json")


def test_an_offsets_file_may_name_the_topic_first(tmp_path: Path) -> None:
    path = tmp_path / "offsets.csv"
    path.write_text("# ours\n0,5,9\ncommerce.orders,1,0,3\n")
    assert read_offsets(path) == {0: (5, 9), 1: (0, 3)}


@pytest.mark.parametrize("text", ["", "a,b,c", "0,9,5", "0,1,2\n0,3,4", "0,1"])
def test_a_wrong_offsets_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "offsets.csv"
    path.write_text(text)
    with pytest.raises(WrongUse):
        read_offsets(path)


def test_redriven_headers_replace_those_of_an_earlier_replay() -> None:
    redrive = Redrive("second-replay", None)
    once = PaperRecord(4, headers=[("ce_id", b"1"), *redrive.headers(PaperRecord(1, headers=()))])
    told = redrive.headers(once)
    assert [name for name, _ in told] == ["ce_id", *REPLAY_HEADERS]
    assert dict(told)["replay_original_offset"] == b"4"


async def test_the_page_escapes_what_records_say_and_needs_no_script(tmp_path: Path) -> None:
    manifest = await paper_run(tmp_path, judge=odd_offsets_differ)
    line = orjson.loads((tmp_path / "differences.jsonl").read_bytes().splitlines()[0])
    page = render(manifest, [line | {"what": "<script>alert(1)</script>"}], signed=False)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert headline(manifest) == "5 of 10 records do not come to the same result."
    assert "This report is not signed" in page
