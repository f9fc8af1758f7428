"""Check topics, schemas, bodies and examples: one sentence a fault, exit code 1 if there is any.

Run from the root of the repository: ``python -m tools.check_schemas``. ``--add-golden`` writes the golden
values that are missing, after a new example or a new schema version.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from muniment_contracts.bodies import BODIES
from tools.schema_checks import (
    add_missing_golden_values,
    body_faults,
    compatibility_faults,
    example_faults,
    history_faults,
    personal_data_faults,
    release_faults,
    topic_faults,
)

ROOT = Path(__file__).resolve().parent.parent


def all_faults(root: Path = ROOT) -> list[str]:
    """Return every fault of the contracts in the repository at ``root``."""
    schemas = root / "schemas"
    released = release_faults(schemas / "avro") + history_faults(root)
    if released:  # nothing else can be trusted then
        return released
    services = [path.name for path in (root / "services").iterdir() if path.is_dir()]
    return [
        *topic_faults(schemas / "topics", records=BODIES, services=services),
        *compatibility_faults(schemas / "avro"),
        *body_faults(),
        *example_faults(schemas / "examples"),
        *personal_data_faults(schemas),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checks; return 0 if all is well, else 1."""
    parser = argparse.ArgumentParser(prog="check_schemas", description=__doc__)
    parser.add_argument("--add-golden", action="store_true", help="write golden values that are missing")
    if parser.parse_args(arguments).add_golden:
        for path in add_missing_golden_values(ROOT / "schemas" / "examples"):
            print(f"Added {path.relative_to(ROOT)}.")
    faults = all_faults()
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"Schemas and topics: {len(faults)} faults." if faults else "Schemas and topics: all is well.")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
