"""One aiohttp session to one origin. Knows how a request travels, nothing of when to repeat it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from ipaddress import ip_address
from types import SimpleNamespace

import aiohttp
from yarl import URL

from muniment_kit import spans
from muniment_kit.addresses import NotPublicError, PublicResolver, is_public
from muniment_kit.errors import SettingsError
from muniment_kit.http_request import Request, body_of
from muniment_kit.peer_retries import AttemptError
from muniment_kit.peer_settings import PeerSettings

_USER_AGENT = "muniment"


class Transport:
    """Sends requests to ``base_url`` and nowhere else; opens its session with the first one."""

    def __init__(self, base_url: str, settings: PeerSettings) -> None:
        self._base = _checked_base(base_url, allow_private=settings.allow_private)
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._resolver: PublicResolver | None = None
        self._is_closed = False

    def url_of(self, path: str) -> URL:
        """Return the URL of ``path`` below the base, or of an absolute URL of the same origin, which is
        called just as it is spelled: it may be signed.

        Raises ``ValueError`` for any other origin and for ``..`` in the path.
        """
        if "://" in path.partition("?")[0]:
            url = URL(path, encoded=path.isascii() and path.isprintable() and " " not in path)
            if url.origin() != self._base.origin() or url.user is not None:
                raise ValueError(f"A URL of another origin than {self._base.origin()} is not called.")
            return url
        bare = path.partition("?")[0]
        if ".." in bare.split("/") or "#" in path:
            raise ValueError("A request path has no '..' segment and no '#'.")
        return URL(f"{str(self._base).rstrip('/')}/{path.lstrip('/')}")

    @asynccontextmanager
    async def exchange(self, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send ``request`` once and give the response with its body unread. Raises :class:`AttemptError`."""
        flight = _Flight()
        with ExitStack() as files:
            async with await self._send(request, flight, files) as response:
                yield response

    async def close(self) -> None:
        """Close the session and its connections, for good. May be called twice."""
        self._is_closed = True
        if self._session is not None:
            await self._session.close()
        if self._resolver is not None:
            await self._resolver.close()

    async def _send(self, request: Request, flight: _Flight, files: ExitStack) -> aiohttp.ClientResponse:
        url = self.url_of(request.path)
        body, body_headers = body_of(request, files)
        try:
            return await self._opened().request(
                request.method,
                url,
                params=request.params,
                data=body,
                headers={**body_headers, **request.headers, **spans.outbound()},
                allow_redirects=False,
                timeout=self._timeout(request),
                trace_request_ctx=flight,
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise fault_of(error, was_sent=flight.is_connected) from error

    def _timeout(self, request: Request) -> aiohttp.ClientTimeout:
        total = request.timeout_s if request.timeout_s is not None else self._settings.timeout_s
        return aiohttp.ClientTimeout(total=total, connect=self._settings.connect_timeout_s)

    def _opened(self) -> aiohttp.ClientSession:
        if self._is_closed:
            raise RuntimeError("This peer was closed; it cannot be called any more.")
        if self._session is None:
            self._resolver = None if self._settings.allow_private else PublicResolver()
            connector = aiohttp.TCPConnector(
                limit=self._settings.max_concurrency,
                keepalive_timeout=self._settings.keepalive_s,
                resolver=self._resolver,
                ssl=self._settings.ssl_context() if self._base.scheme == "https" else True,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": _USER_AGENT},
                middlewares=(_without_hidden_repeats,),
                trace_configs=[_connection_trace()],
            )
        return self._session


class _Flight:
    """What is known of one request under way."""

    def __init__(self) -> None:
        self.is_connected = False


class _Lost(aiohttp.ClientError):
    """The connection broke after it was made."""


async def _without_hidden_repeats(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending GET, PUT and DELETE a second time by itself: repeats are ours to decide."""
    try:
        return await send(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Lost(type(error).__name__) from error


def _connection_trace() -> aiohttp.TraceConfig:
    async def connected(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
        context.trace_request_ctx.is_connected = True

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(connected)
    trace.on_connection_reuseconn.append(connected)
    return trace


def fault_of(error: Exception, *, was_sent: bool) -> AttemptError:
    """Translate what aiohttp raised. The words never hold a URL, a header or a body."""
    cause = error.__cause__ if isinstance(error, aiohttp.ClientConnectorDNSError) else None
    if isinstance(cause, NotPublicError):
        return AttemptError(
            "address", "its name resolves to an address that is not public", was_sent=False, is_lasting=True
        )
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        return AttemptError(
            "certificate", "its certificate is not trusted", was_sent=was_sent, is_lasting=True
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return AttemptError("name", "its name could not be resolved", was_sent=False)
    if isinstance(error, aiohttp.ClientConnectorError):
        return AttemptError("refused", "no connection could be made", was_sent=False)
    if isinstance(error, TimeoutError):
        where = "it did not answer in time" if was_sent else "no connection was made in time"
        return AttemptError("timeout", where, was_sent=was_sent, is_overload=was_sent)
    if isinstance(error, aiohttp.ClientPayloadError):
        return AttemptError("broken", "its answer broke off", was_sent=was_sent)
    return AttemptError("lost", "the connection was lost", was_sent=was_sent)


def _checked_base(base_url: str, *, allow_private: bool) -> URL:
    try:
        base = URL(base_url)
    except ValueError:
        base = URL()
    if base.scheme not in ("http", "https") or not base.host:
        raise SettingsError(["A peer's address starts with https:// or http:// and names a host."])
    if base.user is not None or base.query_string or base.fragment:
        raise SettingsError(["A peer's address holds no credentials, query or fragment."])
    if allow_private:
        return base
    at = f"the peer's address {base.origin()}"
    if base.scheme == "http":
        raise SettingsError([f"Use https:// in {at}, or allow private addresses if it is a sandbox."])
    if _is_numeric(base.host) and not is_public(base.host):
        raise SettingsError([f"Allow private addresses to use {at}, which is private or reserved."])
    return base


def _is_numeric(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
