"""``fields`` and ``expand``: which sections and properties an answer shall have.

``fields=properties{id,name}&fields=categories`` or comma-joined; ``versions{mime_type}.element(0)``; commas
inside braces do not separate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from muniment_sandbox.ecm.jsontype import Json

_SECTION = re.compile(r"\s*(?:data\.)?(\w+)(?:\{([^}]*)\})?(\.element\(0\))?\s*(?:,|$)")


class Fields:
    """What was asked for: sections, and per section the wanted keys (all when none are named)."""

    def __init__(self, wanted: Iterable[str], default: Iterable[str] = ("properties",)) -> None:
        self._sections: dict[str, frozenset[str] | None] = {}
        self._first_only: set[str] = set()
        for text in wanted:
            for name, keys, element in _SECTION.findall(text):
                names = frozenset(key.strip() for key in keys.split(",") if key.strip())
                self._sections[name] = names or None
                if element:
                    self._first_only.add(name)
        if not self._sections:
            self._sections = dict.fromkeys(default)

    def __contains__(self, section: str) -> bool:
        return section in self._sections

    def first_only(self, section: str) -> bool:
        """Whether ``.element(0)`` asks for the first entry of a list."""
        return section in self._first_only

    def cut(self, section: str, values: Mapping[str, Json]) -> Mapping[str, Json]:
        """Keep of a section the keys that were asked for."""
        keys = self._sections.get(section)
        return values if keys is None else {key: value for key, value in values.items() if key in keys}

    def keys(self, section: str) -> frozenset[str]:
        """The keys named for a section; empty when all or none."""
        return self._sections.get(section) or frozenset()
