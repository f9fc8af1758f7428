"""``shopify-ingest receive`` as operators run it: a process with its settings in the environment."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Process:
    """The role in its process, and what it has printed so far."""

    child: asyncio.subprocess.Process
    printed: list[str] = field(default_factory=list)

    async def port_of(self, event: str) -> int:
        """Read on until the log says ``event``; return the port that it names."""
        return int((await self.says(event))["port"])

    async def says(self, event: str) -> dict[str, str]:
        """Read on until the log says ``event``; return the whole line."""
        while True:
            line: dict[str, str] = json.loads(await self._line())
            if line["event"] == event:
                return line

    async def end(self) -> int:
        """Send SIGTERM, read the rest, return the exit code."""
        self.child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            assert self.child.stdout is not None
            self.printed += (await self.child.stdout.read()).decode().splitlines()
            return await self.child.wait()

    async def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        self.child.kill()
        await self.child.communicate()

    async def _line(self) -> str:
        assert self.child.stdout is not None
        async with asyncio.timeout(20):
            line = (await self.child.stdout.readline()).decode()
        assert line, f"the process ended: {self.printed}"
        self.printed.append(line.rstrip())
        return line


@asynccontextmanager
async def receive_process(**environment: str) -> AsyncIterator[Process]:
    """Start the role with this environment and nothing else but the path."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shopify_ingest", "receive"),
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Process(child)
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()
