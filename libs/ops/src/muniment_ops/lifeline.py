"""Runs one command for a parent process and ends it when the parent is gone, however the parent went.

Started as a script by ``muniment_ops.processes``, with the standard library alone. Standard input is the
line to the parent: ``term`` and ``kill`` are passed on as signals to the command's process group; its end
means that the parent died (or closed it), and everything that was started is ended and, if a folder was
named, the folder removed. On Linux the kernel also kills the command when this process itself is killed.

Arguments: the descriptor that is told the process id, the folder or ``-``, the grace in seconds, the command.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

_PR_SET_PDEATHSIG = 1
_ended = threading.Event()
_orphaned = threading.Event()


def main(arguments: list[str]) -> int:
    status_fd, folder, grace_s, *command = arguments
    try:
        child = subprocess.Popen(  # this process has one thread yet, so preexec_fn is safe
            command,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=_die_with_us(),  # noqa: PLW1509 - see above
        )
    except OSError as error:
        _tell(int(status_fd), f"error {error.strerror}")
        return 127
    _tell(int(status_fd), str(child.pid))
    listener = threading.Thread(target=_obey, args=(child.pid, folder, float(grace_s)), daemon=True)
    listener.start()
    os.waitid(
        os.P_PID, child.pid, os.WEXITED | os.WNOWAIT
    )  # not reaped yet, so its number stays ours to signal
    _signal_group(child.pid, signal.SIGKILL)  # what the command left behind
    _ended.set()
    if _orphaned.is_set():
        listener.join()
    code = child.wait()
    return code if code >= 0 else 128 - code


def _obey(pid: int, folder: str, grace_s: float) -> None:
    """Pass the parent's words on; when they end, end the command and take its folder away."""
    for word in _words():
        _signal_group(pid, signal.SIGKILL if word == b"kill" else signal.SIGTERM)
    _orphaned.set()
    if folder == "-":
        _signal_group(pid, signal.SIGTERM)
        _ended.wait(grace_s)
    _signal_group(pid, signal.SIGKILL)
    _ended.wait(grace_s)
    if folder != "-":
        shutil.rmtree(folder, ignore_errors=True)


def _words() -> Iterator[bytes]:
    """Yield what the parent says until it is gone. Unbuffered: a buffer's lock would hold up our own end."""
    while chunk := os.read(0, 256):
        yield from chunk.split()


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):  # gone already
        return


def _die_with_us() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return ask_kernel


def _tell(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w") as status:
        status.write(f"{text}\n")


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
