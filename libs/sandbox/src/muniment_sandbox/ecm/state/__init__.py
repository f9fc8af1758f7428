"""The state of the ECM sandbox: pure, synchronous, apart from HTTP."""

from __future__ import annotations

from muniment_sandbox.ecm.state.clock import Clock, FixedClock
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.state import EcmState

__all__ = ["Clock", "EcmState", "FixedClock", "Kind", "Refused"]
