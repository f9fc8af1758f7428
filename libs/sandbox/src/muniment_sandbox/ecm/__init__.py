"""The ECM sandbox: Content Server's REST API and OTDS over a state of its own, for laptops and tests."""

from __future__ import annotations

from muniment_sandbox.ecm.faults import Fault, Faults, parse_fault
from muniment_sandbox.ecm.seed import Credentials, seed_names, seeded
from muniment_sandbox.ecm.server import build_app, ready_line, serve
from muniment_sandbox.ecm.state import EcmState

__all__ = [
    "Credentials",
    "EcmState",
    "Fault",
    "Faults",
    "build_app",
    "parse_fault",
    "ready_line",
    "seed_names",
    "seeded",
    "serve",
]
