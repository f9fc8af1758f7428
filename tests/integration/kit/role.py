"""A role of its own, for tests that need a process: ``python -m tests.integration.kit.role JOURNAL``.

It writes the number of every event to the journal when its handler begins and when it ends, and publishes one
event for each.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from muniment_contracts.events import Event
from muniment_kit.outcomes import Done
from muniment_kit.producer import Producer
from muniment_kit.runner import run
from muniment_kit.service import Service
from muniment_kit.settings import KitSettings, load
from tests.builders.events import order_change
from tests.integration.kit.stage import NAME, PUBLISHED, TOPIC


def main() -> int:
    """Run until told to end."""
    settings = load(KitSettings)
    journal = Path(sys.argv[1])

    async def handler(event: Event[Any]) -> Done:
        if os.path.exists(os.environ.get("ROLE_FAULT_WHILE", "")):  # noqa: ASYNC240 - a role of a test
            raise RuntimeError
        note(journal, "begun", event)
        await asyncio.sleep(float(os.environ.get("ROLE_HANDLER_S", "0.01")))
        note(journal, "ended", event)
        return Done(order_change("order.created"))

    @asynccontextmanager
    async def beside(producer: Producer) -> AsyncIterator[None]:
        journal.with_suffix(".beside").write_text("entered")
        yield
        journal.with_suffix(".beside").write_text("left")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Service]:
        yield Service(NAME, {TOPIC: handler}, publishes=[PUBLISHED], beside=[beside])
        journal.with_suffix(".closed").touch()

    return run(opened, settings)


def note(journal: Path, what: str, event: Event[Any]) -> None:
    """Add a line that survives the process."""
    with journal.open("a", encoding="utf-8") as lines:
        lines.write(f"{what} {event.body.webhook_id}\n")


if __name__ == "__main__":
    sys.exit(main())
