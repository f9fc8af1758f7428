"""A bulk result is downloaded whole, whatever cuts the connection, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.http import Data, Peer, PeerUnavailable, StreamingAnswer
from muniment_shopify.bulk.download import Download
from muniment_shopify.errors import AnswerUnusable, BulkFailed
from muniment_shopify.links import ShopLinks
from tests.unit.shopify.scripted import HurriedClock

LINK = "https://storage.googleapis.com/result.jsonl?X-Goog-Signature=secret"


@dataclass
class Store:
    """Where the file lies. Answers break off after so many bytes as ``cuts`` says in turn, then are whole."""

    content: bytes
    cuts: list[int] = field(default_factory=list)
    knows_ranges: bool = True
    etag: str | None = '"1"'
    status: int | None = None
    stalls: bool = False
    is_confused: bool = False
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def answer(self, headers: Mapping[str, str]) -> StreamingAnswer:
        self.asked.append(headers)
        start = int(headers["Range"].removeprefix("bytes=").removesuffix("-")) if "Range" in headers else 0
        shown: dict[str, str] = {} if self.etag is None else {"ETag": self.etag}
        if self.status is not None:
            return StreamingAnswer(self.status, shown, lambda: self._body(b""))
        if start and self.knows_ranges and headers.get("If-Range", self.etag) == self.etag:
            if start >= len(self.content):
                return StreamingAnswer(416, shown, lambda: self._body(b""))
            start = 0 if self.is_confused else start
            shown["Content-Range"] = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
            return StreamingAnswer(206, shown, lambda: self._body(self.content[start:]))
        return StreamingAnswer(200, shown, lambda: self._body(self.content))

    async def _body(self, content: bytes) -> AsyncIterator[bytes]:
        cut = self.cuts.pop(0) if self.cuts else None
        for start in range(0, len(content[:cut]), 7):
            yield content[:cut][start : start + 7]
        if self.stalls:
            self.stalls = False
            await asyncio.Event().wait()
        if (cut is not None and 0 < cut <= len(content)) or cut == 0:
            raise PeerUnavailable("the answer broke off")


class StorePeer(Peer):
    """Calls a ``Store`` without a socket."""

    def __init__(self, store: Store) -> None:
        super().__init__("shopify-files", "https://storage.googleapis.com")
        self._store = store

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | Sequence[tuple[str, str | int]] | None = None,
        data: Data | None = None,
        json: Any = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[StreamingAnswer]:
        assert (method, path, repeatable) == ("GET", LINK, True)
        yield self._store.answer(headers or {})


class StoreLinks(ShopLinks):
    """Links that all lead to a ``Store``."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    def peer_of(self, link: str) -> Peer:
        return StorePeer(self._store)


async def read(file: Download, at: int, then: Callable[[], None]) -> None:
    """Read ``file``; when ``at`` bytes were given, do ``then``."""
    async for _ in file.chunks():
        if file.given_bytes == at:
            then()


async def download(store: Store, *, size_bytes: int | None = None, stall_s: float = 30.0) -> bytes:
    file = Download(
        StoreLinks(store),
        LINK,
        size_bytes=size_bytes,
        stall_s=stall_s,
        clock=HurriedClock(),
        random=Random(0),
    )
    content = b"".join([chunk async for chunk in file.chunks()])
    assert file.given_bytes == len(content)
    return content


@given(
    st.binary(max_size=300),
    st.lists(st.integers(1, 40), max_size=8),
    st.booleans(),
    st.sampled_from([None, '"1"', 'W/"1"']),
)
def test_whatever_cuts_it_the_file_comes_whole(
    content: bytes, cuts: list[int], knows_ranges: bool, etag: str | None
) -> None:
    if not knows_ranges:
        cuts = sorted(cuts)[:5]
    store = Store(content, list(cuts), knows_ranges=knows_ranges, etag=etag)
    assert asyncio.run(download(store, size_bytes=len(content))) == content


async def test_after_a_cut_only_the_rest_is_asked_for_of_the_same_version() -> None:
    store = Store(b"0123456789" * 10, [33])
    await download(store)
    assert [each.get("Range") for each in store.asked] == [None, "bytes=33-"]
    assert store.asked[1]["If-Range"] == '"1"'
    assert {each["Accept-Encoding"] for each in store.asked} == {"identity"}


def changed_version(store: Store) -> None:
    store.etag = '"2"'


def changed_content(store: Store) -> None:
    store.etag, store.content = None, b"x" * len(store.content)


def shortened(store: Store) -> None:
    store.etag, store.content = None, store.content[:5]


@pytest.mark.parametrize("change", [changed_version, changed_content, shortened])
async def test_a_file_that_changes_between_two_attempts_is_never_mixed(
    change: Callable[[Store], None],
) -> None:
    store = Store(b"0123456789" * 10, [33], knows_ranges=False)
    file = Download(StoreLinks(store), LINK, clock=HurriedClock(), random=Random(0))
    with pytest.raises(AnswerUnusable, match="not the same"):
        await read(file, 33, lambda: change(store))


async def test_cuts_without_a_byte_in_between_end_some_time() -> None:
    store = Store(b"0123456789", [0] * 50)
    with pytest.raises(PeerUnavailable):
        await download(store)
    assert len(store.asked) < 10


async def test_a_connection_that_stands_still_is_given_up_and_taken_up_again() -> None:
    store = Store(b"0123456789" * 10, [33], stalls=True)
    assert await download(store, stall_s=0.01) == store.content
    assert len(store.asked) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 410])
async def test_a_link_that_has_expired_asks_for_a_new_operation_and_stays_secret(status: int) -> None:
    with pytest.raises(BulkFailed, match="start the operation again") as raised:
        await download(Store(b"", status=status))
    assert raised.value.code == "EXPIRED"
    assert "secret" not in str(raised.value)


async def test_a_file_shorter_than_the_shop_said_is_unusable() -> None:
    with pytest.raises(AnswerUnusable, match="10 of 20 bytes"):
        await download(Store(b"0123456789"), size_bytes=20)


async def test_the_rest_from_another_place_than_asked_for_is_unusable() -> None:
    store = Store(b"0123456789" * 10, [33])
    file = Download(StoreLinks(store), LINK, clock=HurriedClock(), random=Random(0))

    def misplace() -> None:
        store.is_confused = True

    with pytest.raises(AnswerUnusable, match="another place"):
        await read(file, 33, misplace)
