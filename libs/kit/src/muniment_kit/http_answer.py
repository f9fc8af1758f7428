"""What a peer answered: whole, or as a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from multidict import CIMultiDict, CIMultiDictProxy

from muniment_kit.http_errors import NotJson


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole HTTP answer. ``headers`` finds names in any case; ``body`` is decompressed."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", _case_insensitive(self.headers))

    @property
    def is_success(self) -> bool:
        """Tell whether the status is 2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Return the body parsed as JSON. Raises :class:`NotJson`."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise NotJson(
                f"The answer with status {self.status} is not JSON; a proxy may have answered instead.",
                status=self.status,
            ) from None


@dataclass(frozen=True, slots=True)
class StreamingAnswer:
    """An HTTP answer whose body is still to come. Read ``chunks()`` once, inside the ``async with``.

    ``chunks()`` yields decompressed bytes and raises ``PeerUnavailable`` when the body breaks off.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    chunks: Callable[[], AsyncIterator[bytes]] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", _case_insensitive(self.headers))

    @property
    def is_success(self) -> bool:
        """Tell whether the status is 2xx."""
        return 200 <= self.status < 300


def streamed(answer: Answer) -> StreamingAnswer:
    """Return ``answer`` in the form of a stream of one chunk."""

    async def chunks() -> AsyncIterator[bytes]:
        yield answer.body

    return StreamingAnswer(answer.status, answer.headers, chunks)


def _case_insensitive(headers: Mapping[str, str]) -> Mapping[str, str]:
    if isinstance(headers, CIMultiDictProxy):
        return headers
    return CIMultiDictProxy(CIMultiDict(headers))
