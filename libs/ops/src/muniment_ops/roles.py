"""The roles that run as processes: their names, commands and ready addresses."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from muniment_ops.broker.ports import free_port
from muniment_ops.supervisor import Role

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "receive": ("shopify_ingest", "receive"),
    "record": ("shopify_ingest", "record"),
    "reconcile": ("shopify_ingest", "reconcile"),
    "render": ("document_renderer",),
    "archive": ("ecm_archiver",),
}


def roles(names: Iterable[str], env: Mapping[str, str]) -> list[Role]:
    """Return the named roles with the environment ``env`` and a free health port each."""
    taken: set[int] = set()
    made = []
    for name in names:
        port = free_port(taken=taken)
        taken.add(port)
        made.append(
            Role(
                name,
                [sys.executable, "-m", *COMMANDS[name]],
                {
                    **env,
                    "MUNIMENT_CLIENT_NAME": name,  # after a crash its partitions come back at once
                    "MUNIMENT_HEALTH_HOST": "127.0.0.1",
                    "MUNIMENT_HEALTH_PORT": str(port),
                },
                ready_url=f"http://127.0.0.1:{port}/readyz",
            )
        )
    return made
