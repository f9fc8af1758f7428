"""``python -m muniment_ops`` and the ``muniment`` command."""

from __future__ import annotations

from muniment_ops.cli import main

if __name__ == "__main__":
    main()
