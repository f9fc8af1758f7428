#!/usr/bin/env python3
"""Check the house rules that no other tool knows: length of files and functions, names of files."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_MAX_LINES = 400
FUNCTION_MAX_LINES = 80
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "processor", "data", "info", "misc"}
_ROOMS = ("libs", "services", "tests", "tools", "benchmarks")


def main() -> int:
    faults = [fault for path in files(ROOT) for fault in faults_of(path, ROOT)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def files(root: Path) -> Iterator[Path]:
    """Yield every Python file of ours."""
    for room in _ROOMS:
        yield from sorted((root / room).rglob("*.py"))


def faults_of(path: Path, root: Path) -> Iterator[str]:
    """Yield one sentence for each rule that ``path`` breaks."""
    text = path.read_text(encoding="utf-8")
    shown = path.relative_to(root)
    if (length := len(text.splitlines())) > FILE_MAX_LINES:
        yield f"{shown}: {length} lines; split it by meaning, {FILE_MAX_LINES} at most."
    if path.stem in VAGUE_NAMES:
        yield f"{shown}: the name says nothing; name the file for what it is about."
    tree = ast.parse(text)
    yield from (f"{shown}:{line}: {fault}" for line, fault in _faults_of_functions(tree))


def _faults_of_functions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_MAX_LINES:
                yield node.lineno, f"{node.name} has {length} lines; {FUNCTION_MAX_LINES} at most."


if __name__ == "__main__":
    sys.exit(main())
