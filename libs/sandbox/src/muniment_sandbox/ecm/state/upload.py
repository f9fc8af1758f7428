"""Bytes on their way into a document: whole, or in parts (large file upload)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Contents, Sequence, Table

PART_SIZE_BYTES = 5 * 1024 * 1024
MAX_UPLOAD_BYTES = 5 * 1024**3
MAX_OPEN_UPLOADS = 1000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    file_name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class PartedUpload:
    """A large file in the making."""

    file_name: str
    mime_type: str
    size_bytes: int
    part_size_bytes: int
    parts: dict[int, int] = field(default_factory=dict)
    """Number of each part that arrived, and under which number the contents have its bytes."""
    is_complete: bool = False

    @property
    def part_count(self) -> int:
        return max(1, -(-self.size_bytes // self.part_size_bytes))


class Uploads:
    """Open uploads by key. What arrived of them is kept as everything else is."""

    def __init__(
        self, rows: Table[str, PartedUpload], parts: Contents, sequence: Sequence, part_size_bytes: int
    ) -> None:
        self.part_size_bytes = part_size_bytes
        self._open = rows
        self._parts = parts
        self._sequence = sequence

    def begin(self, file_name: str, mime_type: str, size_bytes: int) -> tuple[str, PartedUpload]:
        if not 0 < size_bytes <= MAX_UPLOAD_BYTES:
            raise Refused(Kind.INVALID, "Invalid datatype specified for argument 'file_size'")
        if len(self._open) >= MAX_OPEN_UPLOADS:
            self.abort(next(iter(self._open)))
        key = secrets.token_hex(16)
        upload = PartedUpload(file_name, mime_type, size_bytes, self.part_size_bytes)
        return key, self._open.put(key, upload)

    def add_part(self, key: str, number: int, content: bytes) -> None:
        upload = self._get(key)
        if not 1 <= number <= upload.part_count:
            raise Refused(Kind.FAILED, f"Invalid BlockID: Expected BlockID between 1 and {upload.part_count}")
        if len(content) > upload.part_size_bytes:
            raise Refused(Kind.FAILED, f"A part can have at most {upload.part_size_bytes} bytes")
        if number in upload.parts:
            raise Refused(Kind.FAILED, f"Invalid BlockID: BlockID {number} has already been uploaded")
        part_id = self._sequence.next()
        self._parts.put(part_id, content)
        upload.parts[number] = part_id
        self._open.put(key, upload)

    def complete(self, key: str) -> None:
        upload = self._get(key)
        if upload.is_complete or not upload.parts:
            raise Refused(Kind.FAILED, "Cannot close an empty or already closed upload")
        arrived = len(self._joined(upload))
        if arrived != upload.size_bytes:
            raise Refused(
                Kind.FAILED, f"The upload is incomplete: {arrived} of {upload.size_bytes} bytes arrived"
            )
        upload.is_complete = True
        self._open.put(key, upload)

    def abort(self, key: str) -> None:
        """Forget the upload and what arrived of it."""
        for part_id in self._get(key).parts.values():
            self._parts.remove(part_id)
        self._open.remove(key)

    def take(self, key: str) -> Upload:
        """Return the completed file and forget the upload."""
        upload = self._get(key)
        if not upload.is_complete:
            raise Refused(Kind.FAILED, "The upload has not been completed")
        content = self._joined(upload)
        self.abort(key)
        return Upload(upload.file_name, upload.mime_type, content)

    def _joined(self, upload: PartedUpload) -> bytes:
        numbers = (number for number in range(1, upload.part_count + 1) if number in upload.parts)
        return b"".join(self._parts[upload.parts[number]] for number in numbers)

    def _get(self, key: str) -> PartedUpload:
        upload = self._open.get(key)
        if upload is None:
            raise Refused(
                Kind.FAILED,
                "Either the UploadKey is invalid, or you do not have permission to access this upload "
                "session",
            )
        return upload
