"""Volumes: the roots of the tree. Their ids differ from system to system, so they are found by type."""

from __future__ import annotations

from enum import IntEnum

from muniment_ecm.answers import json_object, one_result
from muniment_ecm.nodes import Node, Nodes
from muniment_ecm.session import Session


class VolumeType(IntEnum):
    """The volumes this client deals with."""

    CATEGORIES = 133
    ENTERPRISE = 141
    WORKFLOWS = 161
    CLASSIFICATIONS = 198
    RECORDS_MANAGEMENT = 550
    BUSINESS_WORKSPACES = 862
    DOCUMENT_TEMPLATES = 20541


class Volumes:
    """Finds volumes; each is asked for once."""

    def __init__(self, session: Session, nodes: Nodes) -> None:
        self._session = session
        self._nodes = nodes
        self._known: dict[VolumeType, Node] = {}

    async def get(self, volume: VolumeType) -> Node:
        """Return the volume's node. Raises ``NodeNotAccessible``."""
        known = self._known.get(volume)
        if known is None:
            what = f"find volume {int(volume)}"
            answer = await self._session.request(
                "GET", f"/v2/volumes/{int(volume)}", what=what, repeatable=True
            )
            known = self._nodes.parse(one_result(json_object(answer, what), what), what)
            self._known[volume] = known
        return known
