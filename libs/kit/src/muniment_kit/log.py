"""Structured logs: one line a happening, bound to the record in hand, without values and without bodies."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, Literal, TextIO, TypeAlias

import structlog

from muniment_contracts.events import Event
from muniment_kit.errors import MunimentError
from muniment_kit.records import Record

Line: TypeAlias = MutableMapping[str, Any]  # structlog's own notion of a line

#: The record in hand and, once decoded, its event: every line written meanwhile is bound to both.
in_hand: ContextVar[tuple[Record, Event[Any] | None] | None] = ContextVar("muniment_in_hand", default=None)

# aiokafka repeats itself on every reconnect, and its debug lines hold values: what matters we say ourselves.
_QUIET = {"aiokafka": logging.CRITICAL, "asyncio": logging.WARNING, "aiohttp.access": logging.WARNING}


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of the module ``name``."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


def configure(
    *, level: str, format: Literal["json", "console"], service: str, stream: TextIO | None = None
) -> None:
    """Send all logs of this process, also those of libraries, to ``stream`` (stdout) in one format."""
    stream = stream or sys.stdout
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named(service),
        _bind_record,
        _render_traceback,
    ]
    renderer: structlog.types.Processor
    if format == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, quiet_level in _QUIET.items():
        logging.getLogger(name).setLevel(quiet_level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def traceback_without_values(error: BaseException) -> str:
    """Return where ``error`` came from; of errors that are not ours only the class, never the message.

    A message such as ``invalid literal for int(): 'Jane'`` repeats what it was given, which may be personal.
    """
    parts = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        frames = "".join(traceback.format_tb(link.__traceback__))
        said = f"{type(link).__name__}: {link}" if isinstance(link, MunimentError) else type(link).__name__
        parts.append(f"{frames}{said}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\ncaused:\n".join(reversed(parts))


def _named(service: str) -> structlog.types.Processor:
    def add_service(_: object, __: str, line: Line) -> Line:
        line["service"] = service
        return line

    return add_service


def _bind_record(_: object, __: str, line: Line) -> Line:
    subject = in_hand.get()
    if subject is None:
        return line
    record, event = subject
    line.setdefault("topic", record.topic)
    line.setdefault("partition", record.partition)
    line.setdefault("offset", record.offset)
    if event is not None:
        line.setdefault("event_id", event.id)
        line.setdefault("correlation_id", event.correlation_id)
    return line


def _render_traceback(_: object, __: str, line: Line) -> Line:
    exc_info = line.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(error, BaseException):
        line["traceback"] = traceback_without_values(error)
    record = line.get("_record")
    if isinstance(record, logging.LogRecord):  # a library's line: its own text of the exception is not wanted
        record.exc_info = record.exc_text = None
    return line
