"""The ECM sandbox: how soon it starts, what it holds in memory, and whether it slows down as it fills.

One server in memory and one in a file, each in a process of its own, filled over its own calls without a
socket: documents of 1 kB, 2,000 a folder. Times of calls are the process's own (CPU); the start is by the
clock, from the command to its ready line. Run it alone: ``python -m benchmarks.ecm_sandbox``.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from muniment_sandbox.ecm.dispatch import Dispatcher, Request
from muniment_sandbox.ecm.opening import opened
from muniment_sandbox.ecm.state.sessions import Purpose

STEPS = (1_000, 10_000, 100_000)
A_FOLDER = 2_000
CONTENT = b"x" * 1024
STARTS, ASKED = 5, 300
_BOUNDARY = "a-boundary"


def main() -> None:
    """Print the outcome as one JSON object."""
    outcome: dict[str, object] = {"start_s": round(median(_starts()), 2), "start_cpu_s": _start_cpu_s()}
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("memory", None), ("file", str(Path(folder) / "ecm.sqlite"))):
            with context.Pool(1) as pool:
                outcome[name] = pool.apply(_filled, (data,))
        file = Path(folder) / "ecm.sqlite"
        outcome["file_bytes_a_document"] = round(file.stat().st_size / STEPS[-1])
        with context.Pool(1) as pool:
            outcome["file_open_s"] = pool.apply(_opening_s, (str(file),))
    print(json.dumps(outcome))


def _starts() -> Iterator[float]:
    for _ in range(STARTS):
        command = [sys.executable, "-m", "muniment_ops", "sandbox", "ecm", "--port", "0", "--json"]
        began = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            yield time.monotonic() - began
            process.terminate()


def _start_cpu_s() -> float:
    """What one of the starts took of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round((used.ru_utime + used.ru_stime) / STARTS, 2)


class _Server:
    """A server to call as the administrator, without a socket."""

    def __init__(self, data: str | None) -> None:
        self._opened = opened("demo", None if data is None else Path(data))

    def __enter__(self) -> _Server:
        state, _ = self._opened.__enter__()
        self.state = state
        self._dispatcher = Dispatcher(state)
        self._ticket = state.sessions.issue(Purpose.TICKET, 1000)
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(None, None, None)

    def call(self, method: str, path: str, content_type: str = "", body: bytes = b"") -> object:
        path, _, query = path.partition("?")
        headers = {"otcsticket": self._ticket, "content-type": content_type}
        answer = self._dispatcher.answer(Request(method, f"/cs/cs/api{path}", query, headers, body))
        assert answer.status == 200, answer.body
        return answer.body

    def made(self, content_type: str, body: bytes) -> int:
        answer = self.call("POST", "/v2/nodes", content_type, body)
        return int(answer["results"]["data"]["properties"]["id"])  # type: ignore[index]  # the known shape

    def folder(self, name: str) -> int:
        form = {"type": 0, "parent_id": 2000, "name": name}
        return self.made("application/x-www-form-urlencoded", urlencode(form).encode())

    def document(self, folder: int, name: str) -> int:
        fields = json.dumps({"type": 144, "parent_id": folder, "name": name}).encode()
        part = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="'
        body = (
            f'{part}body"\r\n\r\n'.encode(),
            fields,
            f'\r\n{part}file"; filename="a.bin"\r\n\r\n'.encode(),
            CONTENT,
            f"\r\n--{_BOUNDARY}--\r\n".encode(),
        )
        return self.made(f"multipart/form-data; boundary={_BOUNDARY}", b"".join(body))


def _filled(data: str | None) -> dict[str, object]:
    with _Server(data) as server:
        outcome: dict[str, object] = {"seed_mb": _memory_mb()}
        ids: list[int] = []
        folder = 0
        for goal in STEPS:
            began, before = time.process_time(), len(ids)
            while len(ids) < goal:
                if len(ids) % A_FOLDER == 0:
                    folder = server.folder(f"folder {len(ids)}")
                ids.append(server.document(folder, f"INV-{len(ids)}.pdf"))
            outcome[f"create_{goal}_ms"] = _ms((time.process_time() - began) / (goal - before))
            last = range(goal - ASKED, goal)
            names = [f"/v2/nodes/{folder}/nodes?where_name=INV-{number}.pdf" for number in last]
            outcome[f"by_name_{goal}_ms"] = _asked_ms(server, names)
            outcome[f"node_{goal}_ms"] = _asked_ms(
                server, [f"/v2/nodes/{one}" for one in ids[:: goal // ASKED]]
            )
            outcome[f"resident_{goal}_mb"] = _memory_mb()
    return outcome


def _asked_ms(server: _Server, paths: list[str]) -> float:
    began = time.process_time()
    for path in paths:
        server.call("GET", path)
    return _ms((time.process_time() - began) / len(paths))


def _opening_s(file: str) -> float:
    began = time.process_time()
    with _Server(file):
        return round(time.process_time() - began, 2)


def _ms(seconds: float) -> float:
    return round(seconds * 1e3, 3)


def _memory_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
