"""Throw-away folders that are removed even if nobody is left to remove them."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

_UNCLAIMED_AFTER_S = 3600.0


class ThrowawayFolder:
    """A new folder in the system's temporary folder, owned by this process through a file lock.

    The lock goes with the process. Making one also removes the folders of its ``kind`` whose owner is gone.
    """

    def __init__(self, kind: str = "kafka") -> None:
        sweep(kind)
        self.path = Path(tempfile.mkdtemp(prefix=_prefix(kind)))
        self._claim = _claim(self.path)

    def remove(self) -> None:
        """Remove the folder and all in it; harmless when repeated."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._claim.close()


def sweep(kind: str = "kafka") -> None:
    """Remove throw-away folders of ours that no living process owns."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_prefix(kind)}*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _prefix(kind: str) -> str:
    return f"muniment-{kind}-"


def _claim(folder: Path) -> IO[str]:
    """Lock a file first and give it its name then, so that a claim is never seen unlocked."""
    claim = (folder / ".claim").open("w")
    fcntl.flock(claim, fcntl.LOCK_EX)
    (folder / ".claim").rename(folder / ".owner")
    return claim


def _is_abandoned(folder: Path) -> bool:
    try:
        if folder.stat().st_uid != os.getuid():
            return False
        with (folder / ".owner").open("r") as owner:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
    except FileNotFoundError:  # not claimed yet, or being removed
        return _age_s(folder) > _UNCLAIMED_AFTER_S
    except OSError:
        return False


def _age_s(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
