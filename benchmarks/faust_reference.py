"""faust-streaming counting keys in a table, in an environment of its own: what frameworks are like.

It is not a requirement of this repository: the benchmark makes its environment below ``.muniment/``.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

FAUST = "faust-streaming==0.15.3"
ENVIRONMENT = Path(__file__).parent.parent / ".muniment" / "faust"
LONGEST_S = 120.0
_MARK = "counted "

_WORKER = """
import asyncio, json, os, sys, time
import faust
broker, topic, records, group, partitions, MARK = sys.argv[1:7]
app = faust.App(group, broker=f"kafka://{broker}", store="memory://", web_enabled=False,
                topic_partitions=int(partitions), value_serializer="raw", topic_replication_factor=1)
source = app.topic(topic, key_type=bytes, value_type=bytes)
counts = app.Table("counts", default=int, key_type=bytes)
seen = 0
@app.agent(source)
async def count(stream):
    global seen, wall, cpu
    async for key, value in stream.items():
        if not seen:
            wall, cpu = time.perf_counter(), time.process_time()
        seen += 1
        counts[key] += 1
        if seen == int(records):
            found = [time.perf_counter() - wall, time.process_time() - cpu]
            os.write(1, ("\\n" + MARK + json.dumps(found) + "\\n").encode())  # faust takes print for itself
            os._exit(0)
sys.argv = ["worker", "worker", "-l", "error", "--without-web"]
app.main()
"""


def prepare() -> Path:
    """Return the Python of an environment that has faust and the pinned aiokafka; make it if need be."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        uv = [str(Path(sys.executable).parent / "uv")]
        subprocess.run([*uv, "venv", "-q", "--python", sys.executable, str(ENVIRONMENT)], check=True)
        wanted = [FAUST, f"aiokafka=={version('aiokafka')}"]
        subprocess.run([*uv, "pip", "install", "-q", "--python", str(python), *wanted], check=True)
    return python


async def count(
    python: Path, bootstrap_servers: str, topic: str, records: int, group: str, partitions: int
) -> tuple[float, float]:
    """Let faust count ``records``; return seconds of the clock and of its CPU. Raises ``TimeoutError``."""
    process = await asyncio.create_subprocess_exec(
        str(python), "-c", _WORKER, bootstrap_servers, topic, str(records), group, str(partitions), _MARK,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(ENVIRONMENT)}, cwd=ENVIRONMENT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(LONGEST_S):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    (line,) = [line for line in said.decode().splitlines() if line.startswith(_MARK)]
    wall_s, cpu_s = json.loads(line.removeprefix(_MARK))
    return float(wall_s), float(cpu_s)
