"""Records: RM classifications of nodes, the details of a record, and declaring records final.

Every change carries the metadata token that was read before it; a stale one is ``EditConflict``, after which
the record is read again and the change made once more. Retention itself (RSIs and their schedules) is the
records manager's: a record gets it from its classification.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from muniment_ecm.answers import json_object, objects, part, text
from muniment_ecm.errors import (
    AnswerNotUnderstood,
    EditConflict,
    InvalidValue,
    MissingParameter,
    NodeNotAccessible,
    RefusedByServer,
    SetUpMissing,
)
from muniment_ecm.forms import Form, body_form
from muniment_ecm.named_nodes import find_named
from muniment_ecm.nodes import Nodes, NodeType
from muniment_ecm.record_state import Record, RecordDetails, RecordState, parse_record_state
from muniment_ecm.serial import OneAtATime
from muniment_ecm.session import Session
from muniment_ecm.volumes import Volumes, VolumeType

_INSIDE = (
    NodeType.FOLDER,
    NodeType.CLASSIFICATION_TREE,
    NodeType.CLASSIFICATION,
    NodeType.RM_CLASSIFICATION,
)
_WRITE_ATTEMPTS = 2


class Records:
    """Makes records of nodes and reads them."""

    def __init__(self, session: Session, nodes: Nodes, volumes: Volumes) -> None:
        self._session = session
        self._nodes = nodes
        self._volumes = volumes
        self._locks = OneAtATime[int]()

    async def require(self, names: Collection[str]) -> dict[str, int]:
        """Return the ids of the RM classifications with these names. Raises ``SetUpMissing`` naming the
        others.

        They are looked for in the classification volume, then in the records management volume.
        """
        found: dict[str, int] = {}
        for volume_type in (VolumeType.CLASSIFICATIONS, VolumeType.RECORDS_MANAGEMENT):
            left = {name for name in names if name not in found}
            if left:
                found |= await self._find(volume_type, left)
        missing = [name for name in names if name not in found]
        if missing:
            raise SetUpMissing(
                [
                    f'there is no RM classification "{name}" that the service account can see'
                    for name in missing
                ]
            )
        return found

    async def _find(self, volume_type: VolumeType, names: Collection[str]) -> dict[str, int]:
        try:
            volume = await self._volumes.get(volume_type)
        except NodeNotAccessible:  # not every server has both volumes
            return {}
        return await find_named(
            self._nodes, volume.id, names, of_type=NodeType.RM_CLASSIFICATION, inside=_INSIDE
        )

    async def state(self, node_id: int) -> RecordState:
        """Return what kind of record the node is, if any, and the token for its next change."""
        what = f"read the record of node {node_id}"
        answer = await self._session.request("GET", self._path(node_id), what=what, repeatable=True)
        return parse_record_state(json_object(answer, what), what)

    async def ensure(
        self, node_id: int, class_id: int, details: RecordDetails, *, is_new: bool = False
    ) -> Record:
        """Make the node a record of the class with these details, and return the record that is there.

        What a person decided stays: a record that has a classification of its own is returned as it is. An
        inherited classification is replaced where class or record date differ. Look → classify → read back;
        with ``is_new`` (nobody can have classified the node yet) the first look is left out.
        """
        async with self._locks.of(node_id):
            token = None
            if not is_new:
                state = await self.state(node_id)
                if state.is_settled(class_id, details):
                    return state.shown()
                token = state.token
            await self._classify(node_id, class_id, details, token)
            state = await self.state(node_id)
        if not state.is_settled(class_id, details):
            raise AnswerNotUnderstood(
                f"Could not make node {node_id} a record: Content Server confirmed it and does not show it."
            )
        return state.shown()

    async def reclassify(self, node_id: int, class_id: int, details: RecordDetails) -> Record:
        """Give the node this RM classification whatever it had: a person's decision, carried out."""
        async with self._locks.of(node_id):
            for attempt in range(1, _WRITE_ATTEMPTS + 1):
                state = await self.state(node_id)
                try:
                    await self._post(node_id, class_id, details, state.token)
                except EditConflict:
                    if attempt == _WRITE_ATTEMPTS:
                        raise
                else:
                    break
            return (await self.state(node_id)).shown()

    async def change(self, node_id: int, details: RecordDetails) -> Record:
        """Change the given details of a record, leave the others; return the record as read back."""
        async with self._locks.of(node_id):
            for attempt in range(1, _WRITE_ATTEMPTS + 1):
                state = await self.state(node_id)
                record = state.shown()
                if details.is_held_by(record):
                    return record
                try:
                    await self._put(node_id, record.class_id, details, state.token)
                except EditConflict:
                    if attempt == _WRITE_ATTEMPTS:
                        raise
                else:
                    break
            return (await self.state(node_id)).shown()

    async def unclassify(self, node_id: int, class_id: int) -> bool:
        """Take the classification from the node; return whether it had it."""
        async with self._locks.of(node_id):
            state = await self.state(node_id)
            if all(record.class_id != class_id for record in state.records):
                return False
            try:
                await self._session.change(
                    "DELETE",
                    f"{self._path(node_id)}/{class_id}",
                    what=f"take the RM classification from node {node_id}",
                    repeatable=True,
                    params=[("rm_metadataToken", state.token or "")],
                )
            except (RefusedByServer, EditConflict):
                if any(record.class_id == class_id for record in (await self.state(node_id)).records):
                    raise
            return True

    async def finalise(self, node_ids: Iterable[int]) -> None:
        """Declare the records final: no version, attribute or name of them may change. May be repeated."""
        await self._session.change(
            "PUT",
            "/v1/rmclassifications/finalizerecords",
            what="declare records final",
            repeatable=True,
            form=body_form({"ids": list(node_ids)}),
        )

    async def codes(self, table: str) -> dict[str, str]:
        """Return a code table: descriptions by code. Tables are ``hold_type``, ``status``, ``essential``,
        ``storage`` and more; a server's records managers fill them, so they are read, never assumed.
        """
        what = "read the code tables of records management"
        answer = await self._session.request(
            "GET", "/v2/recordsmanagement/rmcodes", what=what, repeatable=True
        )
        content = json_object(answer, what)
        if "results" not in content:
            raise AnswerNotUnderstood(f"Could not {what}: the answer has no results.")
        values = objects(part(content, "results", "data", table).get("values"))
        return {text(value, "code"): text(value, "description") for value in values}

    async def _classify(self, node_id: int, class_id: int, details: RecordDetails, token: str | None) -> None:
        try:
            await self._post(node_id, class_id, details, token)
        except (EditConflict, RefusedByServer, MissingParameter, InvalidValue) as refused:
            state = await self.state(node_id)  # an earlier attempt of ours, somebody else, or inherited
            if state.is_settled(class_id, details):
                return
            if token is not None and not isinstance(refused, EditConflict):
                raise
            await self._post(node_id, class_id, details, state.token)

    async def _post(self, node_id: int, class_id: int, details: RecordDetails, token: str | None) -> None:
        await self._session.change(
            "POST",
            self._path(node_id),
            what=f"make node {node_id} a record",
            repeatable=True,  # carried out already, it meets a stale token, and the state tells
            form=_form(class_id, details, token),
        )

    async def _put(self, node_id: int, class_id: int, details: RecordDetails, token: str | None) -> None:
        await self._session.change(
            "PUT",
            self._path(node_id),
            what=f"change the record of node {node_id}",
            repeatable=True,
            form=_form(class_id, details, token),
        )

    def _path(self, node_id: int) -> str:
        return f"/v1/nodes/{node_id}/rmclassifications"


def _form(class_id: int, details: RecordDetails, token: str | None) -> Form:
    body = {"class_id": class_id, **details.written()}
    return body_form(body if token is None else {**body, "rm_metadataToken": token})
