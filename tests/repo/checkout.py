"""Where things are in the checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES = sorted(manifest.parent for manifest in ROOT.glob("services/*/pyproject.toml"))
MEMBERS = [*sorted(manifest.parent for manifest in ROOT.glob("libs/*/pyproject.toml")), *SERVICES]


def import_name(member: Path) -> str:
    """Return a member's package: ``libs/kit`` is ``muniment_kit``, a service's is named like its folder."""
    name = member.name.replace("-", "_")
    return name if member.parent.name == "services" else f"muniment_{name}"
