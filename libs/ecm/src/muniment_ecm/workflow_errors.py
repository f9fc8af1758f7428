"""What only workflows answer.

::

    EcmError
    └── TaskNotAccessible    also Retryable: the process or task is finished, unknown, or not this account's
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from muniment_ecm.errors import EcmError, RefusedByServer
from muniment_kit.errors import Retryable

_SAID = (
    "Could not access task status",
    "Could not get a workflow for",
    "Could not get a draft workflow for",
)


class TaskNotAccessible(EcmError, Retryable):
    """The process or task is finished, unknown, or not for this account; the server does not tell which."""


@contextmanager
def workflow_refusals(what: str) -> Iterator[None]:
    """Turn refusals that only workflows know into ``TaskNotAccessible``; ``what`` completes "could not"."""
    try:
        yield
    except RefusedByServer as refused:
        if any(said in refused.reason for said in _SAID):
            raise TaskNotAccessible(
                f"Could not {what}: the process or task is finished, unknown, or not for this account."
            ) from refused
        raise
