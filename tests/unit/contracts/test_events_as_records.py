"""An event becomes a record and comes back."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_contracts import Event, event_from, to_record
from tests.builders.events import document_filed, document_produced, hook_received, order_change


@pytest.mark.parametrize(
    "event", [hook_received(), order_change(), document_produced(), document_filed()], ids=lambda e: e.topic
)
def test_event_comes_back_from_its_record(event: Event[Any]) -> None:
    key, value, headers = to_record(event)
    assert event_from(event.topic, key, value, headers) == event
