"""Produced documents against the receipts of their filing, and, if asked, against the ECM itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from muniment_contracts.codec import Codec
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.blobs import Blobs
from muniment_kit.records import Record
from muniment_ops.replay.differences import Difference, field_differences
from muniment_ops.replay.handlers import UnlikeThen, archiver_of
from muniment_ops.replay.judging import Computed, Judge, Judgement, Verdict, mismatch
from muniment_ops.replay.published import Answers, DeadLetters, Published


class FiledContent(Protocol):
    """Reads back what the ECM holds now; nothing is ever written."""

    async def sha256(self, node_id: int, version_number: int) -> str | None:
        """Return the hash of a version's bytes, or ``None`` if it is not there."""


class DocumentsJudge(Judge):
    """Lets the archiver file again, into what the receipts say became of it then.

    A document delivered more than once has several receipts under one id: ``filed`` first, ``already-filed``
    or ``kept`` later. All are legitimate, and each is verified. With ``content`` the bytes in the ECM are
    hashed too.
    """

    def __init__(
        self,
        topic: Topic,
        *,
        answers: Answers,
        blobs: Blobs,
        content: FiledContent | None,
        dead_letters: DeadLetters,
        codec: Codec,
        show_personal: bool,
    ) -> None:
        super().__init__(topic, dead_letters=dead_letters, codec=codec)
        self._answers = answers
        self._blobs = blobs
        self._content = content
        self._show_personal = show_personal
        self.at_once = 16 if content is not None else 1

    async def survey(self, partition: int) -> None:
        await self._answers.survey(partition)

    async def compare(self, record: Record, event: Event[Any]) -> Judgement:
        receipts = {answer.digest: answer for answer in self._answers.caused_by(event.id, record.key)}
        if not receipts:
            return self._without_receipt(record)
        computed: list[Computed] = []
        differences: list[Difference] = []
        for receipt in receipts.values():
            try:
                computed.append(await self._verify(record, event, receipt, differences))
            except UnlikeThen as error:
                differences.append(Difference.of(record, receipt.topic, str(error)))
        if differences:
            return mismatch("differs", *differences, answers=computed)
        return Judgement(Verdict.MATCHED, answers=computed)

    def _without_receipt(self, record: Record) -> Judgement:
        letter = self._dead_letters.of(record)
        then = f"It was given up on as {letter.reason}." if letter else "No dead letter tells of it either."
        what = f"No receipt says that the document was filed. {then}"
        return mismatch("no-receipt", Difference.of(record, Topic.ARCHIVE_RECEIPTS, what))

    async def _verify(
        self, record: Record, event: Event[Any], receipt: Published, differences: list[Difference]
    ) -> Computed:
        told = await self._answers.fetch(receipt)
        then = event_from(receipt.topic, told.key, told.value, told.headers, codec=self._codec)
        done = await archiver_of(then.body, self._blobs)(event)
        (now,) = done.events
        answer = self.encode(now)
        if answer.digest != receipt.digest:
            fields = field_differences(then, now, show_personal=self._show_personal)
            differences.append(Difference.of(record, answer.topic, "The receipt is not the same.", fields))
        differences.extend(await self._against_ecm(record, then))
        return answer

    async def _against_ecm(self, record: Record, receipt: Event[Any]) -> Sequence[Difference]:
        if self._content is None:
            return ()
        body = receipt.body
        found = await self._content.sha256(body.node_id, body.version_number)
        if found == body.content_sha256:
            return ()
        where = f"node {body.node_id}, version {body.version_number}"
        what = "is not in the ECM any more" if found is None else "holds other bytes than were read back then"
        return [Difference.of(record, receipt.topic, f"{where}, {what}.")]
