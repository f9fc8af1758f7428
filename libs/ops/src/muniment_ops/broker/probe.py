"""Ask a broker for its cluster with one metadata request, over a bare socket.

The bytes are those of the Kafka protocol guide: Metadata (api key 3) version 4, which Kafka 4 still speaks.
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass

_METADATA, _VERSION, _CORRELATION = 3, 4, 77
_MAX_ANSWER_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class ClusterAnswer:
    """The broker's answer: the cluster's id, active brokers as ``host:port``, the controller's node id."""

    cluster_id: str
    brokers: tuple[str, ...]
    controller_id: int

    @property
    def is_ready(self) -> bool:
        """Whether topics can be created and written: a controller is elected and a broker is active."""
        return bool(self.brokers) and self.controller_id >= 0


class NoBroker(Exception):
    """Nothing at that address answered a metadata request in time."""


async def ask(host: str, port: int, *, timeout_s: float = 2.0) -> ClusterAnswer:
    """Return the broker's answer. Raises ``NoBroker``."""
    try:
        async with asyncio.timeout(timeout_s):
            return parse_answer(await _exchange(host, port))
    except (OSError, EOFError, TimeoutError, struct.error, ValueError) as error:
        raise NoBroker(
            f"{host}:{port} does not answer as a Kafka broker: {str(error) or type(error).__name__}"
        ) from error


async def _exchange(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(_request())
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        if not 0 < size <= _MAX_ANSWER_BYTES:
            raise ValueError(f"an answer of {size} bytes")
        return await reader.readexactly(size)
    finally:
        writer.close()


def _request() -> bytes:
    client_id = b"muniment-probe"
    header = struct.pack(
        f">hhih{len(client_id)}s", _METADATA, _VERSION, _CORRELATION, len(client_id), client_id
    )
    body = struct.pack(">ib", 0, 0)  # no topics asked for, none created
    return struct.pack(">i", len(header) + len(body)) + header + body


def parse_answer(answer: bytes) -> ClusterAnswer:
    """Read a Metadata version 4 answer without its size. Raises ``ValueError`` or ``struct.error``."""
    fields = _Fields(answer)
    if fields.int32() != _CORRELATION:
        raise ValueError("an answer to another question")
    fields.int32()  # throttle time
    brokers = []
    for _ in range(fields.int32()):
        fields.int32()  # node id
        host, port = fields.text(), fields.int32()
        fields.text()  # rack
        brokers.append(f"{host}:{port}")
    return ClusterAnswer(cluster_id=fields.text(), brokers=tuple(brokers), controller_id=fields.int32())


class _Fields:
    """Reads the protocol's primitive types one after another."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._at = 0

    def int32(self) -> int:
        return int(self._take(">i"))

    def text(self) -> str:
        length = int(self._take(">h"))
        if length < 0:
            return ""
        start, self._at = self._at, self._at + length
        return self._answer[start : self._at].decode()

    def _take(self, form: str) -> int:
        (value,) = struct.unpack_from(form, self._answer, self._at)
        self._at += struct.calcsize(form)
        return int(value)
