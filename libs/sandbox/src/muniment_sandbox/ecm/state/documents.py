"""Documents: versions and their bytes."""

from __future__ import annotations

from muniment_sandbox.ecm.state.clock import Clock
from muniment_sandbox.ecm.state.nodes import NO_ORIGIN, External, Node, Version
from muniment_sandbox.ecm.state.preservation import Preservation
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Contents, Sequence
from muniment_sandbox.ecm.state.tree import NodeTree
from muniment_sandbox.ecm.state.upload import Upload

MAX_DESCRIPTION_LENGTH = 255


class Documents:
    """Adds, reads, locks and removes versions."""

    def __init__(
        self,
        tree: NodeTree,
        contents: Contents,
        sequence: Sequence,
        clock: Clock,
        preservation: Preservation,
    ) -> None:
        self._tree = tree
        self._contents = contents
        self._sequence = sequence
        self._clock = clock
        self._preservation = preservation

    @property
    def version_count(self) -> int:
        """Versions of all documents, those in the recycle bin included."""
        return len(self._contents)

    def add_version(
        self,
        node: Node,
        upload: Upload,
        member_id: int,
        *,
        description: str = "",
        external: External = NO_ORIGIN,
        major: bool = False,
    ) -> Version:
        """Add a version; refuse it for what is no document or is reserved by somebody else."""
        if not node.is_document:
            raise Refused(Kind.INVALID, f"The item '{node.name}' ({node.id}) is not versionable.")
        self._preservation.check_changeable(node)
        if node.reserved_user_id not in (0, member_id):
            raise Refused(Kind.FAILED, f"The item '{node.name}' is reserved by another user.")
        if len(description) > MAX_DESCRIPTION_LENGTH:
            raise Refused(
                Kind.INVALID, f"The description cannot be longer than {MAX_DESCRIPTION_LENGTH} characters."
            )
        last = node.versions[-1] if node.versions else None
        now = self._clock.seconds()
        version = Version(
            version_id=self._sequence.next(),
            number=(last.number if last else 0) + 1,
            major=(last.major if last else 0) + (1 if major else 0),
            minor=0 if major else (last.minor if last else 0) + 1,
            file_name=upload.file_name,
            mime_type=upload.mime_type,
            size_bytes=len(upload.content),
            owner_id=member_id,
            create_date=now,
            modify_date=now,
            description=description,
            external=external,
        )
        self._contents.put(version.version_id, upload.content)
        node.versions.append(version)
        self._tree.touch(node, member_id)
        return version

    def latest(self, node: Node) -> Version:
        if not node.versions:
            raise Refused(Kind.INVALID, f"The item '{node.name}' ({node.id}) has no versions.")
        return node.versions[-1]

    def version(self, node: Node, number: int) -> Version:
        for version in node.versions:
            if version.number == number:
                return version
        raise Refused(Kind.INVALID, f"Could not get version {number} of node {node.id}")

    def content(self, version: Version) -> bytes:
        return self._contents[version.version_id]

    def delete_version(self, node: Node, number: int, member_id: int) -> None:
        self._preservation.check_versions_removable(node)
        version = self.version(node, number)
        if version.locked_user_id is not None:
            raise Refused(Kind.FAILED, f"Version {number} of '{node.name}' is locked.")
        if len(node.versions) == 1:
            raise Refused(Kind.FAILED, f"The only version of '{node.name}' cannot be deleted.")
        self._drop(node, version)
        self._tree.touch(node, member_id)

    def purge(self, node: Node, number_to_keep: int, member_id: int) -> None:
        """Remove all but the newest ``number_to_keep`` versions; locked ones stay."""
        if number_to_keep < 1:
            raise Refused(Kind.INVALID, "Invalid datatype specified for argument 'number_to_keep'")
        self._preservation.check_versions_removable(node)
        for version in list(node.versions[:-number_to_keep]):
            if version.locked_user_id is None:
                self._drop(node, version)
        self._tree.touch(node, member_id)

    def lock(self, node: Node, number: int, member_id: int | None) -> Version:
        """Lock a version for a member, or unlock it with ``None``."""
        version = self.version(node, number)
        version.locked_user_id = member_id
        version.locked_date = None if member_id is None else self._clock.seconds()
        self._tree.touch(node, member_id if member_id is not None else node.modify_user_id)
        return version

    def promote(self, node: Node, number: int, member_id: int) -> Version:
        """Make a minor version the next major one."""
        version = self.version(node, number)
        version.major += 1
        version.minor = 0
        self._tree.touch(node, member_id)
        return version

    def copy_versions(self, source: Node, target: Node) -> None:
        """Give ``target`` the newest version of ``source`` as its first."""
        latest = self.latest(source)
        upload = Upload(latest.file_name, latest.mime_type, self.content(latest))
        self.add_version(target, upload, target.owner_user_id, external=latest.external)

    def forget(self, node: Node) -> None:
        for version in node.versions:
            self._contents.remove(version.version_id)

    def _drop(self, node: Node, version: Version) -> None:
        node.versions.remove(version)
        self._contents.remove(version.version_id)
