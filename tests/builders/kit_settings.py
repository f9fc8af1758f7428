"""Settings of the runtime for tests: nothing from the environment, everything by argument."""

from __future__ import annotations

from typing import Any

from muniment_kit.settings import KitSettings


def kit_settings(**given: Any) -> KitSettings:  # the fields are as various as KitSettings declares them
    """Return settings with the defaults of production, but for those ``given``."""
    return KitSettings(**{"kafka_bootstrap_servers": "nowhere:9092", **given})
