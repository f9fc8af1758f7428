"""JSON Lines out of chunks that end anywhere (https://jsonlines.org)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from muniment_shopify.errors import BulkTooLarge

LONGEST_LINE_BYTES = 16 * 1024 * 1024


async def line_batches(
    chunks: AsyncIterator[bytes], *, longest_bytes: int = LONGEST_LINE_BYTES
) -> AsyncGenerator[list[bytes], None]:
    """Yield for each chunk the lines it completes, without their ends; empty lines are left out.

    Holds one chunk and one unfinished line. Raises ``BulkTooLarge`` for a line above ``longest_bytes``.
    """
    rest: list[bytes] = []
    rest_bytes = 0
    async for chunk in chunks:
        *complete, last = chunk.split(b"\n")
        if complete:
            complete[0] = b"".join([*rest, complete[0]])
            rest, rest_bytes = [], 0
            if lines := [line for line in map(bytes.strip, complete) if line]:
                _check(max(map(len, lines)), longest_bytes)
                yield lines
        rest.append(last)
        rest_bytes += len(last)
        _check(rest_bytes, longest_bytes)
    if line := b"".join(rest).strip():
        yield [line]


def _check(length: int, longest_bytes: int) -> None:
    if length > longest_bytes:
        raise BulkTooLarge(
            f"A line of a bulk result is longer than {longest_bytes} bytes: ask for fewer fields an object."
        )
