"""What a supervised role looks like from outside: serves /readyz, prints lines, ends on SIGTERM. A script.

Arguments: the port, and a mode: ``steady``, ``stubborn`` (ignores SIGTERM), ``exit:N`` (ends with N at once).
"""

from __future__ import annotations

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


def main() -> None:
    port, mode = int(sys.argv[1]), sys.argv[2]
    _say(f"started as {os.getpid()} with GREETING={os.environ.get('GREETING')}")
    if mode.startswith("exit:"):
        _say("cannot go on")
        sys.exit(int(mode.removeprefix("exit:")))
    signal.signal(signal.SIGTERM, signal.SIG_IGN if mode == "stubborn" else _leave)
    HTTPServer(("127.0.0.1", port), Ready).serve_forever()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _leave(_number: int, _frame: object) -> None:
    _say("left in order")
    os._exit(0)


if __name__ == "__main__":
    main()
