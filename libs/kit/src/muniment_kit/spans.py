"""Where tracing plugs in. Off by default: then ``active`` is ``None`` and OpenTelemetry is not imported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from muniment_contracts.events import Event
from muniment_kit.errors import SettingsError
from muniment_kit.outcomes import Done
from muniment_kit.records import Record
from muniment_kit.settings import KitSettings


class Tracing(Protocol):
    """What is traced: handlers, publications of others, outbound calls."""

    async def process(
        self,
        ask: Callable[[], Awaitable[Done]],
        events: Sequence[Event[Any]],
        record: Record,
        group: str,
    ) -> Done:
        """Return what ``ask`` answers about ``events``, in a span; its events carry that span on."""

    def published(self, events: Sequence[Event[Any]]) -> Sequence[Event[Any]]:
        """Return ``events`` that carry a trace, a new one where they had none."""

    def outbound(self) -> Mapping[str, str]:
        """Return the headers that carry the current span to a peer."""

    def close(self) -> None:
        """Send what is left."""


#: The tracing of this process, or ``None``: then nobody asks further.
active: Tracing | None = None

_NO_HEADERS: Mapping[str, str] = {}


def outbound() -> Mapping[str, str]:
    """Return the headers that carry the current trace to a peer; none while tracing is off."""
    return _NO_HEADERS if active is None else active.outbound()


@contextmanager
def tracing_of(settings: KitSettings, service: str) -> Iterator[None]:
    """Trace as ``settings`` say while the context lasts. Raises ``SettingsError`` without OpenTelemetry."""
    global active  # noqa: PLW0603 - one process has one tracing, and a global is what costs nothing when off
    if settings.tracing == "off":
        yield
        return
    try:
        from muniment_kit.tracing import started
    except ImportError:
        raise SettingsError(
            ["MUNIMENT_TRACING needs OpenTelemetry, which is not installed: install muniment-kit[tracing]."]
        ) from None
    active = started(settings.tracing, service)
    try:
        yield
    finally:
        active.close()
        active = None
