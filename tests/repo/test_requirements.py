"""What is declared, pinned and installed is one thing."""

from __future__ import annotations

from tests.repo.checkout import ROOT
from tools.check_requirements import faults_of_members, faults_of_pins


def test_members_declare_what_runtime_in_has_and_nothing_else() -> None:
    assert list(faults_of_members(ROOT)) == []


def test_pins_satisfy_their_sources_and_carry_hashes() -> None:
    assert list(faults_of_pins(ROOT / "requirements")) == []
