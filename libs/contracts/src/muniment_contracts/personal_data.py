"""Which fields of a record are about a person, as ``schemas/personal-data.yaml`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import yaml

from muniment_contracts.topics import schemas_folder

PLAIN, PERSONAL = "plain", "personal"

Classes: TypeAlias = "Mapping[str, str | Mapping[str, list[str]]]"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is said of each field, by record and by the field's path (``workspace.name``)."""

    records: Mapping[str, Classes]

    def is_personal(self, record: str, path: str, *, key: str | None = None) -> bool:
        """Say whether a field of ``record``, or one ``key`` of a map field, is to be hidden.

        What nobody classified is: a newer producer may have added it.
        """
        said = self.records.get(record, {}).get(path)
        if isinstance(said, str):
            return said != PLAIN
        if said is None or key is None:
            return True
        return key not in said[PLAIN]


@cache
def personal_data() -> PersonalData:
    """Return what ships with this package."""
    return read_personal_data(schemas_folder() / "personal-data.yaml")


def read_personal_data(path: Path) -> PersonalData:
    """Return what the file says."""
    return PersonalData(yaml.safe_load(path.read_text(encoding="utf-8")))
