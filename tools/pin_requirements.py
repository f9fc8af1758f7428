#!/usr/bin/env python3
"""Pin third-party packages anew: requirements/*.in become *.txt with hashes and no index addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
)


def main() -> int:
    for source in sorted(REQUIREMENTS.glob("*.in")):
        target = source.with_suffix(".txt")
        print(f"{source.name} → {target.name}")
        command = [*COMPILE, "--upgrade", source.name, "--output-file", target.name]
        if subprocess.run(command, cwd=REQUIREMENTS, check=False).returncode != 0:
            print(f"{source.name} could not be resolved; uv's reason is above.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
