"""Where the state of a server comes from: a seed in memory, or a data file that began as one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from muniment_sandbox.collector import collector_at_rest
from muniment_sandbox.ecm.seed import Credentials, credentials_of, seeded
from muniment_sandbox.ecm.state import Clock, EcmState
from muniment_sandbox.ecm.state.data_file import DataFile


@contextmanager
def opened(
    seed: str, data: Path | None = None, *, clock: Clock | None = None
) -> Iterator[tuple[EcmState, Credentials]]:
    """Give the state and its service account; with ``data`` all of it is kept in that SQLite file.

    A file that keeps something already is used as it is, whatever ``seed`` says. ``ValueError`` for an
    unknown seed and for a file that cannot be used.
    """
    if data is None:
        yield seeded(seed, EcmState(clock=clock))
        return
    data_file = DataFile(data)
    try:
        state = EcmState(
            clock=clock,
            journal=data_file,
            contents=data_file.contents,
            session_key=data_file.session_key,
        )
        if _filled(data_file, state):
            yield state, credentials_of(data_file.note("seed") or seed)
        else:
            data_file.write_note("seed", seed)
            yield seeded(seed, state)
    finally:
        data_file.close()


def _filled(data_file: DataFile, state: EcmState) -> bool:
    """Load the file; looking for cycles, of which entities hold none, would cost seconds."""
    with collector_at_rest():
        if not data_file.load(state.ledger):
            return False
        state.rebuild()
        return True
