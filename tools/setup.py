#!/usr/bin/env python3
"""Set the checkout up: `make setup`. Finds a Python of 3.11 or newer and hands over to setup_steps.py.

Old Pythons must be able to read this file, so that they can say what is missing.
"""

import os
import subprocess
import sys

WANTED = (3, 11)
CANDIDATES = ("python3.11", "python3.12", "python3.13", "python3.14", "python3")
STEPS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "setup_steps.py")


def main() -> int:
    if sys.version_info >= WANTED:
        os.execv(sys.executable, [sys.executable, STEPS])  # noqa: S606 - no shell wanted
    for name in CANDIDATES:
        if is_new_enough(name):
            os.execvp(name, [name, STEPS])  # noqa: S606 - no shell wanted
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.stderr.write(
        "Muniment needs Python 3.11 or newer; python3 here is {} and none of {} is on the PATH.\n"
        "Install one and run the same command again, or name it: make setup PYTHON=/path/to/python\n".format(
            found, ", ".join(CANDIDATES[:-1])
        )
    )
    return 2


def is_new_enough(name: str) -> bool:
    try:
        question = "import sys; sys.exit(sys.version_info < (3, 11))"
        return subprocess.call([name, "-c", question], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
