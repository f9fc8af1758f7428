"""Write the generated reference pages, or with ``--check`` say which are out of date (exit code 1).

Run from the root of the repository: ``python -m tools.generate_reference``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.reference_pages.ecm_sandbox import ecm_sandbox_page
from tools.reference_pages.errors import errors_page
from tools.reference_pages.flows import flows_page
from tools.reference_pages.headers import headers_page
from tools.reference_pages.hook_outcomes import hook_outcomes_page
from tools.reference_pages.metrics import metrics_page
from tools.reference_pages.pyxecm_methods import pyxecm_methods_page
from tools.reference_pages.settings import settings_page
from tools.reference_pages.topics import topics_page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"

#: Every generated page of docs/reference, with the function that returns its text.
PAGES: Mapping[str, Callable[[], str]] = {
    "ecm-sandbox.md": ecm_sandbox_page,
    "errors.md": errors_page,
    "flows.md": flows_page,
    "headers.md": headers_page,
    "hook-outcomes.md": hook_outcomes_page,
    "metrics.md": metrics_page,
    "pyxecm-methods.md": pyxecm_methods_page,
    "settings.md": settings_page,
    "topics.md": topics_page,
}


def stale_pages(folder: Path = FOLDER, pages: Mapping[str, Callable[[], str]] = PAGES) -> dict[str, str]:
    """Return name and right text of every page in ``folder`` that is missing or does not say the truth."""
    right = {name: page() for name, page in pages.items()}
    return {name: text for name, text in right.items() if _present(folder / name) != text}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages that are out of date; with ``--check`` only name them and return 1."""
    parser = argparse.ArgumentParser(prog="generate_reference", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if a page is out of date"
    )
    check = parser.parse_args(arguments).check
    stale = stale_pages()
    for name, text in stale.items():
        if check:
            message = f"docs/reference/{name} is out of date: run python -m tools.generate_reference."
            print(message, file=sys.stderr)
        else:
            (FOLDER / name).write_text(text, encoding="utf-8")
            print(f"Wrote docs/reference/{name}.")
    return 1 if check and stale else 0


def _present(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    raise SystemExit(main())
