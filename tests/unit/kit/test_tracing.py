"""Spans around handlers, linked to their producers, carried on to what is published and called."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id

from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit import spans
from muniment_kit.errors import MunimentError, Rejected, Retryable
from muniment_kit.http import PeerSettings
from muniment_kit.http_request import Request
from muniment_kit.http_transport import Transport, _Flight
from muniment_kit.outcomes import Done
from muniment_kit.publishing import EventEncoder, EventProducer
from muniment_kit.spans import tracing_of
from muniment_kit.testing import InMemoryBroker
from muniment_kit.testing.in_memory_log import StoredRecord
from muniment_kit.tracing import OpenTelemetryTracing
from tests.builders.events import hook_received, order_change
from tests.builders.kit_settings import kit_settings

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"
RECORD = StoredRecord("shopify.hooks", 3, 17, 0, b"k", b"", ())


class Stage:
    """Tracing into memory."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracing = OpenTelemetryTracing(provider)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    async def process(self, answer: Done | MunimentError | None, *events: Event[Any]) -> Done:
        async def ask() -> Done:
            self.called_with = spans.outbound()
            if isinstance(answer, Done):
                return answer
            raise answer or KeyError("jane@example.com")

        return await self.tracing.process(ask, events, RECORD, "the-group")


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    spans.active = stage.tracing
    yield stage
    spans.active = None
    stage.tracing.close()


def traced(event: Event[Any], traceparent: str | None = TRACEPARENT) -> Event[Any]:
    return replace(event, traceparent=traceparent)


async def test_a_handlers_span_continues_and_links_the_producers_trace(stage: Stage) -> None:
    await stage.process(Done(), traced(hook_received()))
    (span,) = stage.spans
    assert (span.name, span.kind) == ("process shopify.hooks", SpanKind.CONSUMER)
    assert span.parent is not None
    assert format_trace_id(span.parent.trace_id) == TRACE
    assert format_span_id(span.parent.span_id) == PARENT
    assert [format_span_id(link.context.span_id) for link in span.links] == [PARENT]
    assert dict(span.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "shopify.hooks",
        "messaging.destination.partition.id": "3",
        "messaging.kafka.offset": 17,
        "messaging.consumer.group.name": "the-group",
        "muniment.correlation_id": hook_received().correlation_id,
        "muniment.outcome": "done",
    }
    assert span.status.status_code is StatusCode.UNSET


async def test_what_is_published_and_who_is_called_belong_to_the_handlers_span(stage: Stage) -> None:
    done = await stage.process(Done(order_change("order.created")), traced(hook_received()))
    (span,) = stage.spans
    assert span.context is not None
    expected = f"00-{TRACE}-{format_span_id(span.context.span_id)}-01"
    assert done.events[0].traceparent == expected
    assert stage.called_with == {"traceparent": expected}
    assert spans.outbound() == {}, "outside of a span nothing is carried"


async def test_of_a_batch_every_trace_is_linked_and_the_oldest_continued(stage: Stage) -> None:
    other = TRACEPARENT.replace(PARENT, "b7ad6b7169203331")
    events = [traced(hook_received(), None), traced(hook_received()), traced(hook_received(), other)]
    await stage.process(Done(), *events)
    (span,) = stage.spans
    assert span.parent is not None
    assert format_span_id(span.parent.span_id) == PARENT
    assert [format_span_id(link.context.span_id) for link in span.links] == [PARENT, "b7ad6b7169203331"]
    assert (span.attributes or {})["messaging.batch.message_count"] == 3


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Retryable("peer away"), "retryable"), (Rejected("no"), "rejected"), (None, "fault")],
)
async def test_trouble_marks_the_span_and_tells_it_no_words(
    stage: Stage, answer: MunimentError | None, outcome: str
) -> None:
    with pytest.raises((MunimentError, KeyError)):
        await stage.process(answer, hook_received())
    (span,) = stage.spans
    assert (span.attributes or {})["muniment.outcome"] == outcome
    assert span.status.status_code is StatusCode.ERROR
    assert not span.events
    assert "jane" not in span.to_json()


async def test_an_event_from_outside_begins_a_trace_and_its_record_carries_it(stage: Stage) -> None:
    broker = InMemoryBroker()
    encoder = EventEncoder([Topic.SHOPIFY_HOOKS], topic_prefix="")
    producer = EventProducer(broker.producer(), encoder)
    await producer.publish([hook_received(), traced(hook_received())])
    (span,) = stage.spans
    assert (span.name, span.kind) == ("send shopify.hooks", SpanKind.PRODUCER)
    assert span.context is not None
    carried = [
        event_from(Topic.SHOPIFY_HOOKS, record.key, record.value, record.headers).traceparent
        for record in broker.records(Topic.SHOPIFY_HOOKS)
    ]
    begun = f"00-{format_trace_id(span.context.trace_id)}-{format_span_id(span.context.span_id)}"
    assert TRACEPARENT in carried
    assert [text for text in carried if text is not None and text.startswith(begun)]


def test_without_tracing_opentelemetry_is_not_even_imported() -> None:
    code = (
        "import sys, muniment_kit.runner, muniment_kit.http\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)


def test_the_setting_decides_and_the_context_ends_it() -> None:
    seen = []
    with tracing_of(kit_settings(), "role"):
        seen.append(spans.active)
    with tracing_of(kit_settings(tracing="console"), "role"):
        seen.append(spans.active)
    seen.append(spans.active)
    assert [type(tracing) for tracing in seen] == [type(None), OpenTelemetryTracing, type(None)]


async def test_a_call_to_a_peer_carries_the_span(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, str] = {}

    class Session:
        async def request(self, *_: object, headers: dict[str, str], **__: object) -> None:
            sent.update(headers)

    transport = Transport("https://ecm.example.com", PeerSettings())
    monkeypatch.setattr(transport, "_opened", Session)

    async def ask() -> Done:
        request = Request("GET", "/nodes", repeatable=True, headers={"x": "y"})
        with ExitStack() as files:
            await transport._send(request, _Flight(), files)
        return Done()

    await stage.tracing.process(ask, [traced(hook_received())], RECORD, "the-group")
    (span,) = stage.spans
    assert span.context is not None
    assert sent == {"x": "y", "traceparent": f"00-{TRACE}-{format_span_id(span.context.span_id)}-01"}
