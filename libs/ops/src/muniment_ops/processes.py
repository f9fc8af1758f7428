"""Child processes that never outlive us: not after a crash, not after SIGKILL, not after Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from muniment_kit.errors import MunimentError

_LIFELINE = Path(__file__).with_name("lifeline.py")
_POLL_S = 0.03


class ProcessNotStarted(MunimentError):
    """The command could not be started; the message names it and says why."""


class GuardedProcess:
    """One command in a session of its own, tied to this process by a lifeline.

    When this process ends without ``terminate`` or ``kill``, the command gets SIGTERM, and SIGKILL after
    ``grace_s``. With ``throwaway`` it is killed at once and that folder is removed. Ctrl-C in the terminal
    does not reach it.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        output: IO[bytes] | int,
        env: Mapping[str, str] | None = None,
        throwaway: Path | None = None,
        grace_s: float = 10.0,
    ) -> None:
        """Start ``command``; stdout and stderr go to ``output``. Raises ``ProcessNotStarted``."""
        told, tells = os.pipe()
        try:
            self._lifeline = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", str(_LIFELINE)),
                    *(str(tells), str(throwaway or "-"), str(grace_s)),
                    *command,
                ],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                pass_fds=(tells,),
                start_new_session=True,
            )
        finally:
            os.close(tells)
        with os.fdopen(told) as status:
            answer = status.readline().strip()
        if not answer.isdigit():
            self.close()
            raise ProcessNotStarted(f"{command[0]} could not be started: {answer.removeprefix('error ')}.")
        self.pid = int(answer)

    def poll(self) -> int | None:
        """Return the exit code (128 + signal number if a signal ended it), or ``None`` while it runs."""
        return self._lifeline.poll()

    def terminate(self) -> None:
        """Ask the command to end (SIGTERM)."""
        self._say(b"term\n")

    def kill(self) -> None:
        """End the command and all it started at once (SIGKILL)."""
        self._say(b"kill\n")

    async def wait(self, timeout_s: float) -> int | None:
        """Wait for the end; return the exit code, or ``None`` if it still runs after ``timeout_s``."""
        deadline = time.monotonic() + timeout_s
        while (code := self.poll()) is None and time.monotonic() < deadline:  # noqa: ASYNC110 - no event to await
            await asyncio.sleep(_POLL_S)
        if code is not None:
            self.close()
        return code

    async def stop(self, grace_s: float) -> int:
        """End the command in order, by force after ``grace_s`` seconds; return the exit code."""
        self.terminate()
        code = await self.wait(grace_s)
        if code is None:
            self.kill()
            code = await self.wait(grace_s)
        self.close()
        return -1 if code is None else code

    def close(self) -> None:
        """Cut the line: the command, if it still runs, is ended. Returns when that is done."""
        if self._lifeline.stdin is not None and not self._lifeline.stdin.closed:
            self._lifeline.stdin.close()
        self._lifeline.wait()

    def _say(self, word: bytes) -> None:
        stdin = self._lifeline.stdin
        if stdin is None or stdin.closed or self.poll() is not None:
            return
        try:
            stdin.write(word)
            stdin.flush()
        except BrokenPipeError:  # it ended in this moment
            return
