"""Checks of the contracts: each returns its faults as sentences, and none means that all is well."""

from __future__ import annotations

from tools.schema_checks.bodies import body_faults
from tools.schema_checks.compatibility import compatibility_faults
from tools.schema_checks.examples import add_missing_golden_values, example_faults
from tools.schema_checks.history import history_faults
from tools.schema_checks.personal_data import personal_data_faults
from tools.schema_checks.releases import release_faults
from tools.schema_checks.topics import topic_faults

__all__ = [
    "add_missing_golden_values",
    "body_faults",
    "compatibility_faults",
    "example_faults",
    "history_faults",
    "personal_data_faults",
    "release_faults",
    "topic_faults",
]
