"""Spans by OpenTelemetry: one a record (or batch) around its handler, its publications, and calls to peers.

A ``process`` span continues the trace of the record's producer and links to it; of a batch it continues the
oldest record's and links to all. Names and attributes follow the messaging conventions
(https://opentelemetry.io/docs/specs/semconv/messaging/kafka/). No key, body or error text
becomes an attribute.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from muniment_contracts.events import Event
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.outcomes import Done
from muniment_kit.records import Record

_HEADER = "traceparent"
_PROPAGATOR = TraceContextTextMapPropagator()


def started(exporter: Literal["console", "otlp"], service: str) -> OpenTelemetryTracing:
    """Return tracing that sends spans of ``service`` by ``exporter``, in batches and in the background.

    Raises ``ImportError`` if the exporter is not installed.
    """
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(_exporter(exporter)))
    return OpenTelemetryTracing(provider)


class OpenTelemetryTracing:
    """Fits ``muniment_kit.spans.Tracing``."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("muniment_kit")

    async def process(
        self,
        ask: Callable[[], Awaitable[Done]],
        events: Sequence[Event[Any]],
        record: Record,
        group: str,
    ) -> Done:
        """Return what ``ask`` answers about ``events``, in a span; its events carry that span on."""
        contexts = [_context_of(event) for event in events]
        with self._tracer.start_as_current_span(
            f"process {record.topic}",
            context=next((context for context in contexts if context is not None), None),
            kind=SpanKind.CONSUMER,
            links=[link for context in contexts for link in _links(context)],
            attributes=_described(events, record, group),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            done = await _noted(span, ask)
            return Done(*(replace(event, traceparent=_traceparent()) for event in done.events))

    def published(self, events: Sequence[Event[Any]]) -> Sequence[Event[Any]]:
        """Return ``events`` that carry a trace, a new one where they had none."""
        return [event if event.traceparent is not None else self._begun(event) for event in events]

    def outbound(self) -> Mapping[str, str]:
        """Return the headers that carry the current span to a peer."""
        headers: dict[str, str] = {}
        _PROPAGATOR.inject(headers)
        return headers

    def close(self) -> None:
        """Send what is left, within the exporter's own time limit."""
        self._provider.shutdown()

    def _begun(self, event: Event[Any]) -> Event[Any]:
        attributes = {
            "messaging.system": "kafka",
            "messaging.operation.name": "send",
            "messaging.destination.name": str(event.topic),
        }
        with self._tracer.start_as_current_span(
            f"send {event.topic}", kind=SpanKind.PRODUCER, attributes=attributes
        ):
            return replace(event, traceparent=_traceparent())


async def _noted(span: Span, ask: Callable[[], Awaitable[Done]]) -> Done:
    outcome = "fault"
    try:
        done = await ask()
        outcome = "done"
    except Retryable:
        outcome = "retryable"
        raise
    except Rejected:
        outcome = "rejected"
        raise
    finally:
        span.set_attribute("muniment.outcome", outcome)
        if outcome != "done":
            span.set_status(Status(StatusCode.ERROR))
    return done


def _described(events: Sequence[Event[Any]], record: Record, group: str) -> dict[str, str | int]:
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": record.topic,
        "messaging.destination.partition.id": str(record.partition),
        "messaging.kafka.offset": record.offset,
        "messaging.consumer.group.name": group,
        "muniment.correlation_id": events[0].correlation_id,
    }
    if len(events) > 1:
        attributes["messaging.batch.message_count"] = len(events)
    return attributes


def _context_of(event: Event[Any]) -> Context | None:
    if event.traceparent is None:
        return None
    return _PROPAGATOR.extract({_HEADER: event.traceparent})


def _links(context: Context | None) -> list[Link]:
    return [] if context is None else [Link(trace.get_current_span(context).get_span_context())]


def _traceparent() -> str | None:
    headers: dict[str, str] = {}
    _PROPAGATOR.inject(headers)
    return headers.get(_HEADER)


def _exporter(name: Literal["console", "otlp"]) -> SpanExporter:
    if name == "console":
        return ConsoleSpanExporter()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()
