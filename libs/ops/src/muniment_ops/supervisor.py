"""Roles as supervised processes: start, watch, restart with backoff, kill on purpose, stop all in time.

::

    receive = Role("receive", [sys.executable, "-m", "shopify_ingest", "receive"], env, ready_url=url)
    async with Supervisor([receive, record], logs=folder, on_change=show) as roles:
        await roles.wait_ready(timeout_s=30)
        roles.pid("record")            # os.kill(pid, SIGKILL) is a crash: the role is started again by policy
        await roles.kill("record")     # SIGKILL on purpose: it stays down …
        await roles.start("record")    # … until it is started
        await roles.restart("record")  # SIGTERM, then a new process
        await roles.line("ecm", lambda line: line.startswith("{"), timeout_s=10)   # wait for an output line
    # leaving stops every role: SIGTERM, after grace_s SIGKILL

No role outlives the supervisor's process, whatever ends it (``muniment_ops.processes``). Each role's output
is in ``logs/<name>.log``.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from muniment_kit.errors import MunimentError
from muniment_ops.processes import GuardedProcess, ProcessNotStarted
from muniment_ops.restart_policy import RestartPolicy
from muniment_ops.role_logs import LogTail, keep_small, last_lines

_POLL_S = 0.05
_READY_POLL_S = 0.1
_LOG_CHECK_S = 1.0
_KEPT_LINES = 10_000
_MAX_LOG_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Role:
    """One process: its name, command, whole environment, and the URL that answers 200 once it is ready."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    ready_url: str | None = None


class Change(StrEnum):
    """What can happen to a role."""

    STARTED = "started"
    READY = "ready"
    ENDED = "ended"  # not asked for; ``detail`` has the exit code and when it is started again
    STOPPED = "stopped"
    GAVE_UP = "gave up"


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Something happened to a role; ``detail`` is a phrase for people."""

    role: str
    change: Change
    detail: str = ""


class RoleFailed(MunimentError):
    """A role did not start or become ready; the message ends with the last lines of its log.

    ``exit_code`` is the code with which it ended, if that is why.
    """

    def __init__(self, reason: str, *, exit_code: int | None = None) -> None:
        super().__init__(reason)
        self.exit_code = exit_code


@dataclass(slots=True)
class _Watched:
    role: Role
    log: Path
    tail: LogTail
    process: GuardedProcess | None = None
    watching: asyncio.Task[None] | None = None
    failures: int = 0
    starts: int = 0
    given_up: bool = False
    exit_code: int | None = None
    next_life: Mapping[str, str] = field(default_factory=dict)
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))


class Supervisor:
    """Runs ``roles`` until it is left. Use it in one event loop. See the module for an example."""

    def __init__(
        self,
        roles: Iterable[Role],
        *,
        logs: Path,
        policy: RestartPolicy | None = None,
        on_change: Callable[[RoleChange], None] | None = None,
        grace_s: float = 15.0,
    ) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._policy = policy or RestartPolicy()
        self._on_change = on_change or (lambda _change: None)
        self._grace_s = grace_s
        self._watched = {
            role.name: _Watched(role, log, LogTail(log))
            for role in roles
            for log in [logs / f"{role.name}.log"]
        }

    @property
    def names(self) -> list[str]:
        """The names of all roles, in the order given."""
        return list(self._watched)

    def log(self, name: str) -> Path:
        """Return the file that takes the role's output."""
        return self._of(name).log

    def pid(self, name: str) -> int | None:
        """Return the role's process id, or ``None`` while it is down."""
        process = self._of(name).process
        return process.pid if process is not None and process.poll() is None else None

    def starts(self, name: str) -> int:
        """Return how often the role was started."""
        return self._of(name).starts

    def arm(self, name: str, variables: Mapping[str, str]) -> None:
        """Let the role's next life, and only that one, have these variables besides its own; for drills."""
        self._of(name).next_life = dict(variables)

    async def start(self, name: str) -> None:
        """Start the role and watch over it from now on; nothing happens if it runs. Raises ``RoleFailed``."""
        watched = self._of(name)
        if watched.watching is not None and not watched.watching.done():
            return
        watched.failures, watched.given_up = 0, False
        await self._spawn(watched)
        watched.watching = asyncio.create_task(self._watch(watched), name=f"watch {name}")

    async def stop(self, name: str) -> None:
        """End the role in order; it stays down until ``start``."""
        watched = self._of(name)
        await self._unwatch(watched)
        if watched.process is not None:
            await watched.process.stop(self._grace_s)
            watched.process = None
            self._tell(name, Change.STOPPED)

    async def kill(self, name: str) -> None:
        """End the role at once (SIGKILL); it stays down until ``start``."""
        watched = self._of(name)
        await self._unwatch(watched)
        if watched.process is not None:
            watched.process.kill()
            await watched.process.stop(self._grace_s)
            watched.process = None
            self._tell(name, Change.STOPPED, "killed")

    async def restart(self, name: str) -> None:
        """End the role in order and start it again."""
        await self.stop(name)
        await self.start(name)

    async def wait_ready(self, timeout_s: float, names: Iterable[str] | None = None) -> None:
        """Wait until the roles' ready URLs answer 200. Raises ``RoleFailed`` naming one that does not."""
        deadline = time.monotonic() + timeout_s
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            waiting = [
                asyncio.create_task(self._wait_ready(self._of(name), session, deadline))
                for name in names or self._watched
            ]
            try:
                await asyncio.gather(*waiting)
            finally:
                for task in waiting:
                    task.cancel()
                await asyncio.gather(*waiting, return_exceptions=True)

    async def line(self, name: str, wanted: Callable[[str], bool], *, timeout_s: float) -> str:
        """Return the first line of the role's output, since this supervisor began, that is ``wanted``."""
        watched = self._of(name)
        deadline = time.monotonic() + timeout_s
        while True:
            watched.lines.extend(watched.tail.lines())
            found = next((line for line in watched.lines if wanted(line)), None)
            if found is not None:
                return found
            if watched.given_up or time.monotonic() > deadline:
                raise self._failure(watched, f"did not print what was awaited within {timeout_s:g} s")
            await asyncio.sleep(_POLL_S)

    async def __aenter__(self) -> Self:
        try:
            for name in self._watched:
                await self.start(name)
        except BaseException:
            await self.stop_all()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_all()

    async def stop_all(self) -> None:
        """End every role, all at the same time."""
        await asyncio.gather(*(self.stop(name) for name in self._watched))

    def _of(self, name: str) -> _Watched:
        if name not in self._watched:
            raise RoleFailed(f"There is no role {name}; there are {', '.join(self._watched)}.")
        return self._watched[name]

    async def _spawn(self, watched: _Watched) -> None:
        role = watched.role
        env = {**role.env, **watched.next_life}
        watched.next_life = {}

        def start() -> GuardedProcess:
            with watched.log.open("ab") as output:
                return GuardedProcess(role.argv, output=output, env=env, grace_s=self._grace_s)

        starting = asyncio.ensure_future(asyncio.to_thread(start))
        try:
            watched.process = await asyncio.shield(starting)
        except ProcessNotStarted as error:
            raise RoleFailed(f"{role.name}: {error}") from error
        except asyncio.CancelledError:
            watched.process = await starting  # a process on its way must not get lost
            raise
        watched.starts += 1
        self._tell(role.name, Change.STARTED, f"process {watched.process.pid}")

    async def _watch(self, watched: _Watched) -> None:
        """Wait for the end of each run and start the next one, until told otherwise or giving up."""
        while watched.process is not None:
            began = time.monotonic()
            code = await self._end_of(watched.process, watched.log)
            watched.failures = self._policy.failures_after(watched.failures, ran_s=time.monotonic() - began)
            watched.exit_code = code
            delay_s = self._policy.delay_s(watched.failures, exit_code=code)
            if delay_s is None:
                watched.process, watched.given_up = None, True
                self._tell(
                    watched.role.name, Change.GAVE_UP, f"exit code {code}: settings are missing or wrong"
                )
                return
            self._tell(watched.role.name, Change.ENDED, f"exit code {code}; again in {delay_s:g} s")
            await asyncio.sleep(delay_s)
            try:
                await self._spawn(watched)
            except RoleFailed as error:
                watched.process, watched.given_up = None, True
                self._tell(watched.role.name, Change.GAVE_UP, str(error))

    async def _end_of(self, process: GuardedProcess, log: Path) -> int:
        while (code := await process.wait(_LOG_CHECK_S)) is None:
            keep_small(log, limit_bytes=_MAX_LOG_BYTES)
        return code

    async def _unwatch(self, watched: _Watched) -> None:
        if watched.watching is not None:
            watched.watching.cancel()
            await asyncio.gather(watched.watching, return_exceptions=True)
            watched.watching = None

    async def _wait_ready(self, watched: _Watched, session: aiohttp.ClientSession, deadline: float) -> None:
        url = watched.role.ready_url
        if url is None:
            return
        while not await _answers_ok(session, url):
            if watched.given_up:
                raise self._failure(watched, "cannot run")
            if time.monotonic() > deadline:
                raise self._failure(watched, "did not become ready in time")
            await asyncio.sleep(_READY_POLL_S)
        self._tell(watched.role.name, Change.READY)

    def _failure(self, watched: _Watched, what: str) -> RoleFailed:
        shown = "\n".join(f"  {line[:300]}" for line in last_lines(watched.log, 8))
        message = f"{watched.role.name} {what}." + (f" Its log ends with:\n{shown}" if shown else "")
        return RoleFailed(message, exit_code=watched.exit_code if watched.given_up else None)

    def _tell(self, name: str, change: Change, detail: str = "") -> None:
        self._on_change(RoleChange(name, change, detail))


async def _answers_ok(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
