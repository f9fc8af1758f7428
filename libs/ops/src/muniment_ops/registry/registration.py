"""Filling a registry from the released files, so that an id means the same in both.

Only people register, with ``muniment topics apply --registry``; a service never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from muniment_contracts.errors import RegistryError, RegistryRefused, RegistryUnavailable, UnknownSchema
from muniment_contracts.registry_client import FULL_TRANSITIVE, RegistryClient
from muniment_contracts.registry_resolver import is_same_schema
from muniment_contracts.resolver import ReleasedSchema
from muniment_kit.errors import MunimentError


class RegistryUnusable(MunimentError):
    """The registry cannot hold our schemas under our ids, or says no; the message says what to do."""


class RegistryNotReachable(MunimentError):
    """The registry does not answer."""


@dataclass(slots=True)
class Registration:
    """What was, or would be, done: names are ``record v1 (id 2)``, subjects are records' full names."""

    missing: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    compatibility: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is to be done."""
        return not self.missing and not self.compatibility


def register_schemas(
    client: RegistryClient, released: Sequence[ReleasedSchema], *, dry_run: bool = False
) -> Registration:
    """Register what is missing of ``released``, in the order of ids, and set FULL_TRANSITIVE per subject.

    With ``dry_run`` only say what is missing. Blocks.

    Raises ``RegistryUnusable`` or ``RegistryNotReachable``.
    """
    try:
        return _register(client, released, dry_run=dry_run)
    except RegistryUnavailable as error:
        raise RegistryNotReachable(str(error)) from error
    except RegistryError as error:
        raise RegistryUnusable(str(error)) from error


def _register(client: RegistryClient, released: Sequence[ReleasedSchema], *, dry_run: bool) -> Registration:
    done = Registration()
    missing = []
    for schema in sorted(released, key=lambda schema: schema.id):
        if _is_there(client, schema):
            done.present.append(_name(schema))
        else:
            missing.append(schema)
            done.missing.append(_name(schema))
    if not dry_run:
        for schema in missing:
            _add(client, schema)
    for subject in sorted({schema.subject for schema in released}):
        if client.compatibility(subject) != FULL_TRANSITIVE:
            done.compatibility.append(subject)
            if not dry_run:
                client.set_compatibility(subject, FULL_TRANSITIVE)
    return done


def _is_there(client: RegistryClient, schema: ReleasedSchema) -> bool:
    """Say whether the schema is registered as ours. Raises ``RegistryUnusable`` if its id is another's."""
    try:
        text = client.schema(schema.id)
    except UnknownSchema:
        return False
    if not is_same_schema(text, schema.text):
        raise RegistryUnusable(
            f"The registry at {client.place} has another schema under the id {schema.id}, which our records "
            f"carry for {schema.subject} v{schema.version}. Use a registry that nobody else has filled."
        )
    return client.version_of(schema.subject, schema.id) is not None


def _add(client: RegistryClient, schema: ReleasedSchema) -> None:
    """Register one schema under its id: in import mode where there is one, else by the order alone."""
    can_import = _set_mode(client, schema.subject, "IMPORT")
    try:
        if can_import:
            answered = client.register(
                schema.subject, schema.text, schema_id=schema.id, version=schema.version
            )
        else:
            answered = client.register(schema.subject, schema.text)
    finally:
        if can_import:
            _set_mode(client, schema.subject, "READWRITE")
    if answered != schema.id:
        raise RegistryUnusable(
            f"The registry at {client.place} gave {schema.subject} v{schema.version} the id {answered}, "
            f"but our records carry {schema.id}: it numbers schemas itself and was not empty. It now holds "
            "this schema under the wrong id. Use an empty registry, or one with import mode."
        )


def _set_mode(client: RegistryClient, subject: str, mode: str) -> bool:
    try:
        client.set_mode(subject, mode)
    except (RegistryRefused, UnknownSchema) as error:
        if isinstance(error, RegistryRefused) and error.status in (401, 403):
            raise
        return False  # it knows no modes
    return True


def _name(schema: ReleasedSchema) -> str:
    return f"{schema.subject} v{schema.version} (id {schema.id})"
