"""Logs say what happened to which record, and nothing of what is in it."""

from __future__ import annotations

import logging

import pytest

from muniment_kit import log
from muniment_kit.errors import Rejected
from muniment_kit.testing import StoredRecord
from tests.builders.events import hook_received
from tests.contract.kit.log_lines import LogLines

SECRET = "jane@example.com"


def fail() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise RuntimeError(SECRET) from error


def test_a_traceback_names_places_and_classes_but_no_values() -> None:
    with pytest.raises(RuntimeError) as caught:
        fail()
    text = log.traceback_without_values(caught.value)
    assert SECRET not in text
    assert "ValueError" in text
    assert "RuntimeError" in text
    assert "in fail" in text


def test_our_own_errors_are_told_in_full() -> None:
    assert (
        log.traceback_without_values(Rejected("the order has no lines")) == "Rejected: the order has no lines"
    )


def test_every_line_is_bound_to_the_record_in_hand_and_to_its_event() -> None:
    event = hook_received()
    record = StoredRecord("shopify.hooks", 3, 7, 0, b"k", b"the value", ())
    with LogLines() as lines:
        token = log.in_hand.set((record, event))
        log.logger("somewhere").info("happened", outcome="done")
        log.in_hand.reset(token)
        log.logger("somewhere").info("later")
    first, second = lines.lines
    assert first["event"] == "happened"
    assert first["event_id"] == event.id
    assert first["correlation_id"] == event.correlation_id
    assert (first["topic"], first["partition"], first["offset"]) == ("shopify.hooks", 3, 7)
    assert first["level"] == "info"
    assert first["service"] == "stage"
    assert first["timestamp"].endswith("Z")
    assert "event_id" not in second
    assert "the value" not in lines.text


def test_libraries_log_in_the_same_format_and_without_values_in_tracebacks() -> None:
    with LogLines() as lines:
        try:
            fail()
        except RuntimeError:
            logging.getLogger("some.library").exception("it broke")
    (line,) = lines.lines
    assert line["event"] == "it broke"
    assert "RuntimeError" in line["traceback"]
    assert SECRET not in lines.text


def test_the_kafka_client_is_not_let_to_log_values() -> None:
    with LogLines() as lines:
        logging.getLogger("aiokafka.producer").debug("Sending (key=%s value=%s)", b"k", SECRET)
        logging.getLogger("aiokafka").error("Unable connect to node")
    assert lines.text == ""


def test_a_line_break_in_a_value_does_not_make_a_second_line() -> None:
    with LogLines() as lines:
        log.logger("x").info("named", name='a"\n{"event": "forged"}')
    assert len(lines.lines) == 1
