"""What several routes read from a request in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from muniment_sandbox.ecm.calls import Call
from muniment_sandbox.ecm.form import Form
from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state.creation import NewNode
from muniment_sandbox.ecm.state.nodes import NO_ORIGIN, External
from muniment_sandbox.ecm.state.refusals import invalid_argument
from muniment_sandbox.ecm.state.upload import Upload
from muniment_sandbox.ecm.state.whole_numbers import whole_number

SOURCES = frozenset({
    "file_system", "mobile_device", "scanner", "fax", "ftp", "shared_drive", "removable_disk",
    "backup_media", "optical_disk", "onedrive", "cloud_storage", "camera", "email_server", "elink",
    "opentext_core", "edocs", "sap", "document_management", "exchange_mailbox", "notes_mailbox",
    "outlook_pst", "file_stream", "mailbox_other",
})  # fmt: skip
IDENTITY_TYPES = frozenset({
    "email_address", "domain_userid", "generic_userid", "name", "last_name", "windows_sid", "guid",
    "phone_number", "ldap_name", "exchange_mailboxid",
})  # fmt: skip


def new_node(call: Call) -> NewNode:
    """The item a create request asks for."""
    form = call.form
    return NewNode(
        parent_id=form.required_integer("parent_id"),
        type=form.required_integer("type"),
        name=form.required_text("name"),
        description=form.text("description"),
        names={key: str(value) for key, value in form.mapping("name_multilingual").items()},
        external=external_of(form, NO_ORIGIN),
        original_id=form.integer("original_id") or 0,
        url=form.text("url"),
        categories=role_categories(form),
        classifications=role_classifications(form),
        upload=file_of(call),
    )


def file_of(call: Call) -> Upload | None:
    """The file of a request: its part ``file``, or the completed large upload it names."""
    key = call.form.text("upload_key")
    return call.state.uploads.take(key) if key else call.form.upload()


def role_categories(form: Form) -> Mapping[str, Json]:
    """``roles.categories``: flat or nested keys."""
    categories = form.mapping("roles").get("categories")
    if categories in (None, "", []):
        return {}
    if not isinstance(categories, dict):
        raise invalid_argument("roles")
    return categories


def role_classifications(form: Form) -> tuple[int, ...]:
    """``roles.classifications.id`` with ``create_id``."""
    given = form.mapping("roles").get("classifications")
    if not isinstance(given, dict):
        return ()
    ids: list[Json] = []
    for key in ("create_id", "id"):
        some = given.get(key)
        ids += some if isinstance(some, list) else [] if some in (None, "") else [some]
    return tuple(dict.fromkeys(whole_number("roles", str(one)) for one in ids))


def external_of(form: Form, before: External) -> External:
    """The ``external_*`` arguments; those not given stay as they were."""
    source, identity_type = form.text("external_source"), form.text("external_identity_type")
    if source and source not in SOURCES:
        raise invalid_argument("external_source")
    if identity_type and identity_type not in IDENTITY_TYPES:
        raise invalid_argument("external_identity_type")
    if not any(name.startswith("external_") for name in form.all()):
        return before
    return replace(
        before,
        create_date=form.text("external_create_date") or before.create_date,
        modify_date=form.text("external_modify_date") or before.modify_date,
        identity=form.text("external_identity", before.identity),
        identity_type=identity_type or before.identity_type,
        source=source or before.source,
    )
