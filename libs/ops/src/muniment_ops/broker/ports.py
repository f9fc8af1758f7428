"""Free ports on loopback that nobody else is likely to take while we restart."""

from __future__ import annotations

import random
import socket
from collections.abc import Container

# Below the range from which the kernel takes ports for outgoing connections (32768 and up on Linux, 49152 on
# macOS): a broker that is down for a second finds its port free again.
_FIRST, _LAST = 15_000, 29_999
_TRIES = 200


def free_port(*, taken: Container[int] = ()) -> int:
    """Return a port of 127.0.0.1 that is free now and not in ``taken``."""
    for _ in range(_TRIES):
        port = random.randint(_FIRST, _LAST)  # noqa: S311 - no secret
        if port not in taken and is_free(port):
            return port
    raise OSError(f"no free port found between {_FIRST} and {_LAST}")


def is_free(port: int) -> bool:
    """Say whether a server could listen on ``port`` of 127.0.0.1 now."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
