"""A file behind a signed link, as a stream of bytes that goes on where a cut left it (RFC 9110 14.2)."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from random import Random, SystemRandom

from muniment_kit.backoff import Backoff
from muniment_kit.clock import Clock, SystemClock
from muniment_kit.http import AddressRefused, PeerUnavailable, StreamingAnswer
from muniment_shopify.errors import AnswerUnusable, BulkFailed
from muniment_shopify.links import ShopLinks

_ATTEMPT_S = 600.0
_CUTS_WITHOUT_PROGRESS = 6
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)", re.ASCII)
_GONE = frozenset({400, 401, 403, 404, 410})


class Download:
    """One file. ``size_bytes`` is what it is known to hold at least; ``None`` leaves the end to HTTP.

    After a cut it asks for the rest, by ``Range`` and ``If-Range``. A server that sends the whole file again
    is read from its beginning: what was given before is skipped, after it was compared. A connection without
    a byte for ``stall_s`` counts as cut.
    """

    def __init__(
        self,
        links: ShopLinks,
        link: str,
        *,
        size_bytes: int | None = None,
        stall_s: float = 30.0,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        self._links = links
        self._link = link
        self._size_bytes = size_bytes
        self._stall_s = stall_s
        self._clock = clock if clock is not None else SystemClock()
        self._random = random if random is not None else SystemRandom()
        self._backoff = Backoff(0.5, 15.0)
        self._given = _Given()

    @property
    def given_bytes(self) -> int:
        """Return how many bytes were given so far."""
        return self._given.length

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the file once, in order. Read it to the end, or inside ``contextlib.aclosing``.

        Raises ``LinkRefused``, ``BulkFailed`` (the link has expired), ``AnswerUnusable`` (the file has
        changed under us), ``PeerUnavailable`` when cuts come without progress.
        """
        fruitless = 0
        while True:
            before = self._given.length
            try:
                async with aclosing(self._attempt()) as attempt:
                    async for chunk in attempt:
                        yield chunk
                self._check_size()
                return
            except AddressRefused:
                raise
            except PeerUnavailable:
                fruitless = fruitless + 1 if self._given.length == before else 1
                if fruitless >= _CUTS_WITHOUT_PROGRESS:
                    raise
            await self._clock.sleep(self._backoff.delay(fruitless, self._random))

    async def _attempt(self) -> AsyncGenerator[bytes, None]:
        given = self._given
        async with self._links.peer_of(self._link).stream(
            "GET", self._link, repeatable=True, headers=given.headers(), timeout_s=_ATTEMPT_S
        ) as answer:
            if answer.status == 416 and given.length:
                return  # the cut came after the last byte; whether all is there is checked by size
            self._raise_for(answer)
            repeated = given.begin(answer)
            async with aclosing(self._timed(answer)) as chunks:
                async for chunk in chunks:
                    if new := repeated.rest_of(chunk):
                        given.add(new)
                        yield new
            repeated.end()

    async def _timed(self, answer: StreamingAnswer) -> AsyncGenerator[bytes, None]:
        chunks = aiter(answer.chunks())
        while True:
            try:
                async with asyncio.timeout(self._stall_s):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise PeerUnavailable(f"A bulk result stood still for {self._stall_s:g} s.") from None
            yield chunk

    def _raise_for(self, answer: StreamingAnswer) -> None:
        if answer.is_success:
            return
        if answer.status in _GONE:
            raise BulkFailed(
                f"The link to a bulk result is not accepted ({answer.status}); start the operation again.",
                code="EXPIRED",
            )
        raise AnswerUnusable(f"The link to a bulk result was answered {answer.status}; try again.")

    def _check_size(self) -> None:
        if self._size_bytes is not None and self._given.length < self._size_bytes:
            raise AnswerUnusable(
                f"A bulk result ended after {self._given.length} of {self._size_bytes} bytes; fetch it again."
            )


@dataclass(slots=True)
class _Given:
    """What was given so far: how much, a digest of it, and the mark of the version it came from."""

    length: int = 0
    digest: hashlib.blake2b = field(default_factory=hashlib.blake2b)
    etag: str | None = None

    def add(self, chunk: bytes) -> None:
        self.length += len(chunk)
        self.digest.update(chunk)

    def headers(self) -> dict[str, str]:
        # A compressed answer would count other bytes than the range does.
        headers = {"Accept-Encoding": "identity"}
        if self.length:
            headers["Range"] = f"bytes={self.length}-"
            if self.etag is not None:
                headers["If-Range"] = self.etag
        return headers

    def begin(self, answer: StreamingAnswer) -> _Repeated:
        """Compare the version, and return what of the answer was given before."""
        etag = answer.headers.get("ETag")
        strong = etag if etag is not None and not etag.startswith("W/") else None
        if self.etag is not None and strong is not None and strong != self.etag:
            raise _changed()
        self.etag = self.etag or strong
        if answer.status != 206:
            return _Repeated(self.length, self.digest.digest())
        match = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if match is None or int(match[1]) != self.length:
            raise AnswerUnusable("The rest of a bulk result came from another place than asked for.")
        return _Repeated(0, b"")


class _Repeated:
    """The beginning of an answer that was given before: skipped, and compared by its digest."""

    def __init__(self, length: int, digest: bytes) -> None:
        self._left = length
        self._expected = digest
        self._seen = hashlib.blake2b()

    def rest_of(self, chunk: bytes) -> bytes:
        """Return what of ``chunk`` is new."""
        if not self._left:
            return chunk
        known = chunk[: self._left]
        self._left -= len(known)
        self._seen.update(known)
        if not self._left and self._seen.digest() != self._expected:
            raise _changed()
        return chunk[len(known) :]

    def end(self) -> None:
        """The answer has ended; it must not be shorter than what was given."""
        if self._left:
            raise _changed()


def _changed() -> AnswerUnusable:
    return AnswerUnusable("A bulk result is not the same as when it was begun; fetch it again.")
