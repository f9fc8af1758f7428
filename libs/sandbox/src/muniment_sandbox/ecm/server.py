"""The server over HTTP: reads requests, applies faults, sends answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import orjson
from aiohttp import web

from muniment_sandbox.ecm.calls import Answer
from muniment_sandbox.ecm.dispatch import Dispatcher, Request
from muniment_sandbox.ecm.fault_answers import switched_answer
from muniment_sandbox.ecm.faults import Faults, Plan, fault_of, faults_of
from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.openapi import own_description
from muniment_sandbox.ecm.opening import opened
from muniment_sandbox.ecm.pages import add_pages
from muniment_sandbox.ecm.routing import split_cgi
from muniment_sandbox.ecm.seed import Credentials
from muniment_sandbox.ecm.state import EcmState

MAX_BODY_BYTES = 512 * 1024 * 1024
FAULTS_PATH = "/_sandbox/faults"
DESCRIPTION_PATH = "/_sandbox/openapi.json"
_SLICES = 20


def build_app(state: EcmState, faults: Faults | None = None) -> web.Application:
    """Return the application: the API under both cgi paths, OTDS, pages for people, the fault switches."""
    server = _Server(state, faults if faults is not None else Faults())
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_get(FAULTS_PATH, server.list_faults)
    app.router.add_put(FAULTS_PATH, server.set_faults)
    app.router.add_delete(FAULTS_PATH, server.clear_faults)
    app.router.add_get(DESCRIPTION_PATH, server.describe)
    add_pages(app, state)
    app.router.add_route("*", "/{tail:.*}", server.answer)
    return app


async def serve(
    host: str,
    port: int,
    seed: str = "demo",
    faults: Iterable[str] = (),
    ready: Callable[[dict[str, object]], None] = lambda _: None,
    data: Path | None = None,
) -> None:
    """Serve until cancelled. ``ready`` hears once, with what the ready line of the command says.

    ``port`` 0 takes a free one. ``faults`` are in words (see :mod:`muniment_sandbox.ecm.faults`). ``data``
    names the SQLite file that keeps everything. An unknown seed, an unknown fault and a file that cannot be
    used are a ``ValueError``.
    """
    with opened(seed, data) as (state, credentials):
        await _serve(host, port, build_app(state, faults_of(faults)), credentials, ready)


async def _serve(
    host: str,
    port: int,
    app: web.Application,
    credentials: Credentials,
    ready: Callable[[dict[str, object]], None],
) -> None:
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, reuse_address=True)
        await site.start()
        ready(ready_line(f"http://{host}:{bound_port(runner)}", credentials))
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def ready_line(origin: str, credentials: Credentials) -> dict[str, object]:
    """What a caller needs to use the server at ``origin``."""
    return {
        "ready": True,
        "url": f"{origin}/cs/cs",
        "otds_url": f"{origin}/otdsws",
        "username": credentials.username,
        "password": credentials.password,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }


def bound_port(runner: web.AppRunner) -> int:
    """The port a started runner listens on."""
    port: int = runner.addresses[0][1]
    return port


class _Server:
    def __init__(self, state: EcmState, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._dispatcher = Dispatcher(state)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        split = split_cgi(request.path)
        try:
            plan = self._faults.plan(
                request.method,
                split[1] if split else request.path,
                request.headers.get("X-Sandbox-Fault", ""),
            )
        except ValueError as error:
            return _response(Answer({"error": str(error)}, status=400))
        if plan is None:
            return _response(self._dispatcher.answer(await _read(request)))
        return await self._answer_with_trouble(request, plan)

    async def _answer_with_trouble(self, request: web.Request, plan: Plan) -> web.StreamResponse:
        if plan.expire:
            self._state.sessions.expire_all()
            self._state.commit()
        if plan.clock_offset_s is not None:
            self._state.clock.offset_s = plan.clock_offset_s
        if plan.search_lag_s is not None:
            self._state.search.lag_s = plan.search_lag_s
        if plan.cut_before:
            return _cut(request)
        read = await _read(request)
        if plan.delay_s:
            await asyncio.sleep(plan.delay_s)
        if plan.status is not None:
            return _response(switched_answer(plan))
        answer = self._dispatcher.answer(read)
        if plan.cut_after:
            return _cut(request)
        if plan.truncate or plan.body_s:
            return await _send_slowly(request, answer, plan)
        return _response(answer)

    async def list_faults(self, _: web.Request) -> web.Response:
        return _response(Answer(self._listed()))

    async def set_faults(self, request: web.Request) -> web.Response:
        """Replace all switches by ``{"faults": […], "seed": 0}``; each is an object or words."""
        try:
            given = orjson.loads(await request.read())
            wanted = given.get("faults", [given]) if isinstance(given, dict) else given
            faults = Faults(int(given.get("seed", 0)) if isinstance(given, dict) else 0)
            for one in wanted:
                faults.add(one if isinstance(one, str) else fault_of(one))
        except (ValueError, TypeError, AttributeError) as error:
            return _response(Answer({"error": f"The faults could not be read: {error}"}, status=400))
        self._faults.active = faults.active
        return _response(Answer(self._listed()))

    async def clear_faults(self, _: web.Request) -> web.Response:
        """Switch everything off, the clock's offset and the search index's lag too."""
        self._faults.clear()
        self._state.clock.offset_s = 0.0
        self._state.search.lag_s = 0.0
        return _response(Answer(self._listed()))

    async def describe(self, _: web.Request) -> web.Response:
        """Give the OpenAPI description of what this server answers."""
        return _response(Answer(own_description(self._dispatcher.router.routes)))

    def _listed(self) -> Mapping[str, Json]:
        return {
            "faults": [
                {
                    "acted": one.acted,
                    "kind": one.kind,
                    "method": one.method,
                    "path": one.path,
                    "rate": one.rate,
                    "retry_after": one.retry_after,
                    "skip": one.skip,
                    "times": one.times,
                    "value": one.value,
                }
                for one in self._faults.active
            ]
        }  # fmt: skip


async def _read(request: web.Request) -> Request:
    headers = {key.lower(): value for key, value in request.headers.items()}
    body = await request.read() if request.body_exists else b""
    origin = f"{request.scheme}://{request.host}"
    return Request(request.method, request.path, request.query_string, headers, body, origin)


def _response(answer: Answer) -> web.Response:
    body = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
    headers = {"Content-Type": answer.content_type, **answer.headers}
    return web.Response(body=body, status=answer.status, headers=headers)


def _cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    transport = request.transport
    if transport is not None:
        transport.abort()
    return web.Response(status=500)


async def _send_slowly(request: web.Request, answer: Answer, plan: Plan) -> web.StreamResponse:
    """Send an answer in slices over ``body_s``; with ``truncate`` only half of it."""
    body = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
    headers = {"Content-Type": answer.content_type, **answer.headers, "Content-Length": str(len(body))}
    response = web.StreamResponse(status=answer.status, headers=headers)
    await response.prepare(request)
    sent = body[: len(body) // 2] if plan.truncate else body
    size = max(1, -(-len(sent) // _SLICES))
    with contextlib.suppress(ConnectionResetError):
        for start in range(0, len(sent), size):
            await response.write(sent[start : start + size])
            await asyncio.sleep(plan.body_s / _SLICES)
        if plan.truncate:
            return _cut(request)
        await response.write_eof()
    return response
