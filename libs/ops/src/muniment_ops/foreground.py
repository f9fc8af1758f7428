"""Running something until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine

INTERRUPTED = 130


def run_until_stopped(work: Coroutine[object, object, None]) -> None:
    """Run ``work`` to its end, or cancel it on SIGINT or SIGTERM and let it clean up.

    A second signal ends at once. Child processes of ours end either way (``muniment_ops.processes``).
    """
    asyncio.run(_until_stopped(work))


async def _until_stopped(work: Coroutine[object, object, None]) -> None:
    task = asyncio.ensure_future(work)
    asked: list[int] = []

    def stop(number: int) -> None:
        if asked:
            os._exit(INTERRUPTED)
        asked.append(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    try:
        await task
    except asyncio.CancelledError:
        if not asked:
            raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
