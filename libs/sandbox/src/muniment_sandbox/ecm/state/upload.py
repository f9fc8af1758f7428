"""Bytes on their way into a document: whole, or in parts (large file upload)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from muniment_sandbox.ecm.state.refusals import Kind, Refused

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
    parts: dict[int, bytes] = field(default_factory=dict)
    whole: Upload | None = None

    @property
    def part_count(self) -> int:
        return max(1, -(-self.size_bytes // self.part_size_bytes))


class Uploads:
    """Open uploads by key."""

    def __init__(self, part_size_bytes: int = PART_SIZE_BYTES) -> None:
        self.part_size_bytes = part_size_bytes
        self._open: dict[str, PartedUpload] = {}

    def begin(self, file_name: str, mime_type: str, size_bytes: int) -> tuple[str, PartedUpload]:
        if not 0 < size_bytes <= MAX_UPLOAD_BYTES:
            raise Refused(Kind.INVALID, "Invalid datatype specified for argument 'file_size'")
        if len(self._open) >= MAX_OPEN_UPLOADS:
            self._open.pop(next(iter(self._open)))
        key = secrets.token_hex(16)
        self._open[key] = PartedUpload(file_name, mime_type, size_bytes, self.part_size_bytes)
        return key, self._open[key]

    def add_part(self, key: str, number: int, content: bytes) -> None:
        upload = self._get(key)
        if not 1 <= number <= upload.part_count:
            raise Refused(Kind.FAILED, f"Invalid BlockID: Expected BlockID between 1 and {upload.part_count}")
        if len(content) > upload.part_size_bytes:
            raise Refused(Kind.FAILED, f"A part can have at most {upload.part_size_bytes} bytes")
        if number in upload.parts:
            raise Refused(Kind.FAILED, f"Invalid BlockID: BlockID {number} has already been uploaded")
        upload.parts[number] = content

    def complete(self, key: str) -> None:
        upload = self._get(key)
        if upload.whole is not None or not upload.parts:
            raise Refused(Kind.FAILED, "Cannot close an empty or already closed upload")
        content = b"".join(upload.parts.get(number, b"") for number in range(1, upload.part_count + 1))
        if len(content) != upload.size_bytes:
            raise Refused(
                Kind.FAILED, f"The upload is incomplete: {len(content)} of {upload.size_bytes} bytes arrived"
            )
        upload.whole = Upload(upload.file_name, upload.mime_type, content)

    def abort(self, key: str) -> None:
        self._get(key)
        del self._open[key]

    def take(self, key: str) -> Upload:
        """Return the completed file and forget the upload."""
        upload = self._get(key)
        if upload.whole is None:
            raise Refused(Kind.FAILED, "The upload has not been completed")
        del self._open[key]
        return upload.whole

    def _get(self, key: str) -> PartedUpload:
        upload = self._open.get(key)
        if upload is None:
            raise Refused(
                Kind.FAILED,
                "Either the UploadKey is invalid, or you do not have permission to access this upload "
                "session",
            )
        return upload
