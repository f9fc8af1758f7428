"""Facets: how many of a set of items have which value, to narrow a folder's list or a search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from muniment_sandbox.ecm.state.members import Members
from muniment_sandbox.ecm.state.nodes import TYPE_NAMES, Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.regions import day_of


@dataclass(frozen=True, slots=True)
class Facet:
    """One sort of values. ``region`` is its name in a search, ``id`` its name in a folder."""

    id: int
    region: str
    name: str
    value: Callable[[Node], str]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """``value`` as clients send it back, ``name`` as people read it, and how many items have it."""

    value: str
    name: str
    count: int


FACETS = (
    Facet(2301, "OTSubType", "Content Type", lambda node: str(node.type)),
    Facet(2302, "OTOwnerID", "Owner", lambda node: str(node.owner_user_id)),
    Facet(2303, "OTMIMEType", "MIME type", lambda node: node.versions[-1].mime_type if node.versions else ""),
    Facet(2304, "OTModifyDate", "Modified", lambda node: day_of(node.modify_date)[:6]),
)
_BY_ID = {str(facet.id): facet for facet in FACETS}


def counted(nodes: Iterable[Node], members: Members) -> Mapping[Facet, list[FacetValue]]:
    """The values of every facet among the nodes, the commonest first; an item without a value is left out."""
    found: dict[Facet, Counter[str]] = {facet: Counter() for facet in FACETS}
    for node in nodes:
        for facet, counts in found.items():
            value = facet.value(node)
            if value:
                counts[value] += 1
    return {
        facet: [
            FacetValue(value, _name(facet, value, members), count)
            for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        for facet, counts in found.items()
    }


def condition(given: Iterable[str]) -> Callable[[Node], bool]:
    """What ``where_facet`` asks for: ``id:value`` or ``id:value1|value2``, all hold; refuse (400) others."""
    wanted: list[tuple[Facet, set[str]]] = []
    for text in given:
        number, _, values = text.partition(":")
        facet = _BY_ID.get(number.strip())
        if facet is None or not values:
            raise Refused(Kind.INVALID, f"Invalid facet '{text}' specified for argument 'where_facet'")
        wanted.append((facet, set(values.split("|"))))
    return lambda node: all(facet.value(node) in values for facet, values in wanted)


def _name(facet: Facet, value: str, members: Members) -> str:
    if facet.region == "OTSubType":
        return TYPE_NAMES.get(int(value), value)
    if facet.region == "OTOwnerID":
        member = members.find(int(value))
        return member.display_name if member is not None else value
    return f"{value[:4]}-{value[4:]}" if facet.region == "OTModifyDate" else value
