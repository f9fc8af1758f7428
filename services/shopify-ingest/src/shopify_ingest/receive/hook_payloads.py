"""Hooks as they lie in the journal: their record, with the schemas that ship, so that any later release reads
it and no registry is needed.
"""

from __future__ import annotations

import struct

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from, to_record
from muniment_contracts.topics import Topic

_LENGTH = struct.Struct(">I")


def payload_of(event: Event[HookReceived]) -> bytes:
    """Return the hook as bytes: key, value and headers, each part after its length."""
    key, value, headers = to_record(event)
    parts = [key, value]
    for name, content in headers:
        parts += (name.encode(), content)
    return b"".join(_LENGTH.pack(len(part)) + part for part in parts)


def event_in(payload: bytes) -> Event[HookReceived]:
    """Return the hook in ``payload``. Raises ``UndecodableRecord``, as for a record."""
    parts, position = [], 0
    while position < len(payload):
        begin = position + _LENGTH.size
        position = begin + int(_LENGTH.unpack_from(payload, position)[0])
        parts.append(payload[begin:position])
    key, value, *rest = parts
    headers = [(name.decode(), content) for name, content in zip(rest[::2], rest[1::2], strict=True)]
    return event_from(Topic.SHOPIFY_HOOKS, key, value, headers)
