"""The archive: files a document once, and proves that it is there by reading it back.

Requests for one document, none of them more than needed:

==========================================  ====================================================  ==
case                                        requests                                               n
==========================================  ====================================================  ==
workspace known to this process             upload with category values, read back                 2
… and the plan's values are newer           read its category, update it, and as above             4
new workspace                               look, create with values, list folders, upload, read   5
workspace of another process, same values   look, read category, list folders, upload, read        5
document filed before                       upload is refused, look, read back                     3
… with an RM classification, new            classify, read the record back                        +2
… with an RM classification, filed before   look at the record                                    +1
==========================================  ====================================================  ==

The first filing of a process also logs in and resolves the layout's names: eight requests. There is no
look before an upload: names are unique in a folder, so the upload itself is the question, and most documents
are new. The upload carries the category values, so a document is never there without them. The read-back
hashes the bytes the server sends; no checksum call exists.

A document with an RM classification is made a record right after its upload. If that fails, the filing fails
and is tried again: the document is then found as filed, its record looked at, and made if it is missing. What
a records manager has chosen meanwhile stays.

What cannot be confirmed is looked up before it is repeated (``creation``). Writes to one workspace wait for
each other within the process; across processes the server's own uniqueness of names and business objects
decides, and the loser finds the winner's node.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import replace
from functools import partial

from muniment_ecm.deposit import Deposit, Deposited
from muniment_ecm.errors import (
    ContentMismatch,
    InvalidValue,
    MissingParameter,
    NodeNotAccessible,
    RefusedByServer,
)
from muniment_ecm.filing_plan import Filed, FilingOutcome, FilingPlan, Sort
from muniment_ecm.layout import ArchiveLayout
from muniment_ecm.names import safe_name
from muniment_ecm.placement import Place, Placement
from muniment_ecm.record_state import Record, RecordDetails
from muniment_ecm.serial import OneAtATime
from muniment_ecm.server import ContentServer
from muniment_ecm.session import counted_requests
from muniment_ecm.set_up import SetUp, resolve
from muniment_ecm.workspaces import BusinessObject
from muniment_kit.crash_points import CrashPoint, passing
from muniment_kit.errors import Rejected

_HASHED_AT_ONCE_BYTES = 1024 * 1024
"""Larger content is hashed in a thread, so that the event loop never stands still for long."""

log = logging.getLogger(__name__)


class Archive:
    """Files documents into the workspaces of one Content Server. Used inside one event loop."""

    def __init__(self, server: ContentServer, layout: ArchiveLayout | None = None) -> None:
        self._server = server
        self._layout = layout or ArchiveLayout()
        self._placement = Placement(server, self._layout)
        self._deposit = Deposit(server, self._layout)
        self._set_up: SetUp | None = None
        self._set_up_lock = asyncio.Lock()
        self._locks = OneAtATime[BusinessObject]()

    async def prepare(self) -> None:
        """Resolve the layout's names now; ``file`` does it by itself, calling this at start tells early.

        Raises ``SetUpMissing`` with all that an administrator still has to prepare.
        """
        await self._prepared()

    async def file(self, plan: FilingPlan, content: bytes) -> Filed:
        """File the document and return where it is, once its bytes were read back and have the right hash.

        May be called again with the same plan at any time: the result is the same and nothing is there twice.
        Raises ``NameTakenByOther`` (use ``plan.under_another_name()``), ``ContentMismatch`` (nothing is
        changed because of it), ``SetUpMissing``, ``LoginRefused`` and what the kit's peer raises.
        """
        self._check(plan)
        offered = await _sha256(content)
        if offered != plan.sha256:
            raise ContentMismatch(
                "The offered content is not the planned one.", expected=plan.sha256, found=offered
            )
        async with counted_requests() as count:
            async with self._lock_of(plan):
                passing(CrashPoint.BEFORE_EFFECT)
                place, deposited, remade = await self._put(plan, content)
                record = await self._keep_record(plan, deposited)
            passing(CrashPoint.AFTER_EFFECT)
            passing(CrashPoint.BEFORE_READ_BACK)
            outcome, sha256 = await self._read_back(deposited, plan, len(content))
            passing(CrashPoint.AFTER_READ_BACK)
        return Filed(
            workspace_id=place.workspace_id,
            folder_id=place.folder_id,
            node_id=deposited.node_id,
            version_number=deposited.version_number,
            name=safe_name(plan.name),
            outcome=outcome,
            sha256=sha256,
            requests_made=count.made,
            remade=remade,
            classification=record.class_name if record else None,
            recorded_on=record.record_date if record else None,
        )

    def _check(self, plan: FilingPlan) -> None:
        kind = plan.workspace.business_object_type
        if all(known.business_object_type != kind for known in self._layout.workspaces):
            raise Rejected(f'The archive has no layout for business objects of type "{kind}".')
        if self._class_name(plan) not in (None, *self._layout.classifications):
            raise Rejected("The archive's layout does not have the RM classification that the plan names.")
        for name in self._layout.identity:
            if not plan.values.get(name):
                raise Rejected(f'The plan has no value for "{name}", which tells one document from another.')

    def _lock_of(self, plan: FilingPlan) -> asyncio.Lock:
        return self._locks.of(self._placement.business_object(plan.workspace))

    async def _prepared(self) -> SetUp:
        async with self._set_up_lock:
            if self._set_up is None:
                self._set_up = await resolve(self._server, self._layout)
            return self._set_up

    async def _put(self, plan: FilingPlan, content: bytes) -> tuple[Place, Deposited, tuple[str, ...]]:
        set_up = await self._prepared()
        try:
            return await self._put_where_it_belongs(plan, content, set_up)
        except (RefusedByServer, InvalidValue, MissingParameter):
            if not await self._is_set_up_changed(set_up):
                raise
            self._placement.forget(plan.workspace)
            return await self._put_where_it_belongs(plan, content, await self._prepared())

    def _class_name(self, plan: FilingPlan) -> str | None:
        """Return the classification to be given: none to living documents, none where there is no RM."""
        is_record = plan.sort is not Sort.LIVING and self._layout.classifications
        return plan.classification if is_record else None

    async def _keep_record(self, plan: FilingPlan, deposited: Deposited) -> Record | None:
        """Make the document a record unless it is one, and return what was read back."""
        name = self._class_name(plan)
        if name is None:
            return None
        class_id = (await self._prepared()).record_classes[name]
        details = RecordDetails(record_date=plan.record_date)
        record = await self._server.records.ensure(
            deposited.node_id, class_id, details, is_new=deposited.is_new
        )
        if record.class_id == class_id and not record.class_name:
            return replace(record, class_name=name)
        return record

    async def _put_where_it_belongs(
        self, plan: FilingPlan, content: bytes, set_up: SetUp
    ) -> tuple[Place, Deposited, tuple[str, ...]]:
        """Place and deposit; if something remembered is gone, look again once and say what was made anew."""
        remembered = self._placement.remembered(plan)
        try:
            place = await self._placement.place(plan, set_up)
            passing(CrashPoint.AFTER_PLACEMENT)
            return (
                place,
                await self._deposit.put(place.folder_id, plan, content, set_up.document_category),
                (),
            )
        except NodeNotAccessible:
            if remembered is None:
                raise
            self._placement.forget(plan.workspace)
        place = await self._placement.place(plan, set_up)
        remade = _remade(remembered, place)
        if remade:
            log.warning("a %s known before is gone and was made again", remade[0])
        return (
            place,
            await self._deposit.put(place.folder_id, plan, content, set_up.document_category),
            remade,
        )

    async def _is_set_up_changed(self, used: SetUp) -> bool:
        """Resolve the names anew after a refusal: a category replaced by hand has another id."""
        async with self._set_up_lock:
            if self._set_up is used:
                self._set_up = None
        return await self._prepared() != used

    async def _read_back(
        self, deposited: Deposited, plan: FilingPlan, expected_bytes: int
    ) -> tuple[FilingOutcome, str]:
        """Hash the stored bytes; of a mismatch be sure by reading twice."""
        read = partial(
            self._server.documents.content_hash,
            deposited.node_id,
            deposited.version_number,
            media_type=plan.media_type,
            expected_bytes=expected_bytes,
        )
        found = await read()
        expected = deposited.sha256
        if expected is None:  # the recorded hash was cleared by hand: the bytes decide
            is_same = found.sha256 == plan.sha256
            return FilingOutcome.ALREADY_FILED if is_same else FilingOutcome.KEPT, found.sha256
        if found.sha256 != expected:
            found = await read()
        if found.sha256 != expected:
            raise ContentMismatch(
                f"Version {deposited.version_number} of node {deposited.node_id} does not hold the bytes "
                "recorded for it. It was left as it is; compare it with the source and decide.",
                expected=expected,
                found=found.sha256,
            )
        return deposited.outcome, found.sha256


async def _sha256(content: bytes) -> str:
    if len(content) <= _HASHED_AT_ONCE_BYTES:
        return hashlib.sha256(content).hexdigest()
    return await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())


def _remade(before: Place, now: Place) -> tuple[str, ...]:
    if now.workspace_id != before.workspace_id:
        return ("workspace",)
    return ("folder",) if before.folder_id not in (0, now.folder_id) else ()
