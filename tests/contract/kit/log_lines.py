"""What the kit logs, as an operator would read it: JSON lines."""

from __future__ import annotations

import io
import json
import logging
from types import TracebackType
from typing import Any, Self

import structlog

from muniment_kit import log


class LogLines:
    """Catches all logs written inside the context, as the real configuration renders them."""

    def __init__(self) -> None:
        self._stream = io.StringIO()

    def __enter__(self) -> Self:
        root = logging.getLogger()
        self._before = root.handlers, root.level
        log.configure(level="debug", format="json", service="stage", stream=self._stream)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        root = logging.getLogger()
        root.handlers, level = self._before
        root.setLevel(level)
        structlog.reset_defaults()

    @property
    def text(self) -> str:
        """Everything that was written."""
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line; values are whatever was logged."""
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        """The lines that say ``event``."""
        return [line for line in self.lines if line["event"] == event]
