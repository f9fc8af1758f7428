"""OTDS: users and groups. The administrator's ticket is asked for, as OTDS does."""

from __future__ import annotations

from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.members import CONTENT_SERVER_MEMBERS, GROUP, USER, Member
from muniment_sandbox.ecm.state.refusals import Kind, Refused, missing_argument
from muniment_sandbox.ecm.state.whole_numbers import whole_number_or_none
from muniment_sandbox.ecm.views.otds import identity

routes = Routes()
DEFAULT_PAGE = 25
_USERS, _GROUPS = "/otdsws/rest/users", "/otdsws/rest/groups"
_FIELDS = {"sn": "last_name", "givenName": "first_name", "mail": "email", "title": "title"}
_DONE = Answer(b"", status=204)


@routes.on("GET", _USERS, takes_json=True)
def list_users(call: Call) -> Answer:
    return _listed(call, USER, "users")


@routes.on("GET", _GROUPS, takes_json=True)
def list_groups(call: Call) -> Answer:
    return _listed(call, GROUP, "groups")


@routes.on("POST", _USERS, takes_json=True)
def add_user(call: Call) -> Answer:
    """Add a user. Content Server knows it at once here; a real one after the consolidation or a login."""
    return _added(call, USER)


@routes.on("POST", _GROUPS, takes_json=True)
def add_group(call: Call) -> Answer:
    return _added(call, GROUP)


@routes.on("GET", f"{_USERS}/{{id}}")
def get_user(call: Call) -> Answer:
    return Answer(identity(_member(call, USER)))


@routes.on("GET", f"{_GROUPS}/{{id}}")
def get_group(call: Call) -> Answer:
    group = _member(call, GROUP)
    return Answer({"numMembers": len(call.state.members.in_group(group)), **identity(group)})


@routes.on("GET", "/otdsws/rest/currentuser")
def get_current_user(call: Call) -> Answer:
    return Answer({"user": identity(call.member), "isAdmin": call.member.is_admin, "isSysAdmin": False})


@routes.on("PATCH", f"{_USERS}/{{id}}", takes_json=True)
def update_user(call: Call) -> Answer:
    call.require_admin()
    member = _member(call, USER)
    _take_over(call, member)
    call.state.members.changed(member)
    return Answer(identity(member))


@routes.on("DELETE", f"{_USERS}/{{id}}")
def delete_user(call: Call) -> Answer:
    call.require_admin()
    call.state.members.remove(_member(call, USER))
    return _DONE


@routes.on("PUT", f"{_USERS}/{{id}}/password", takes_json=True)
def set_password(call: Call) -> Answer:
    call.require_admin()
    member = _member(call, USER)
    member.password = call.form.required_text("newPassword")
    call.state.members.changed(member)
    return _DONE


@routes.on("POST", f"{_USERS}/{{id}}/memberof", takes_json=True)
def add_user_to_groups(call: Call) -> Answer:
    return _joined(call, USER)


@routes.on("POST", f"{_GROUPS}/{{id}}/memberof", takes_json=True)
def add_group_to_groups(call: Call) -> Answer:
    return _joined(call, GROUP)


def _listed(call: Call, kind: int, word: str) -> Answer:
    """A page; ``nextPageCookie`` leads to the next one and is null on the last."""
    form = call.form
    partition, part = form.text("where_partition_name"), form.text("where_filter").casefold()
    found = sorted(
        (
            one
            for one in call.state.members.all()
            if one.type == kind and partition in ("", one.partition) and part in one.name.casefold()
        ),
        key=lambda one: one.name.casefold(),
    )
    size = max(1, form.integer("page_size") or DEFAULT_PAGE)
    start = max(0, whole_number_or_none(form.text("next_page_cookie")) or 0)
    shown = found[start : start + size]
    as_keys = form.flag("attrsAsKeys")
    after = start + len(shown)
    return Answer({
        "actualPageSize": len(shown),
        "nextPageCookie": str(after) if after < len(found) else None,
        "requestedPageSize": size,
        word: [identity(one, attributes_as_keys=as_keys) for one in shown],
    })  # fmt: skip


def _added(call: Call, kind: int) -> Answer:
    call.require_admin()
    form, members = call.form, call.state.members
    name, partition = form.required_text("name"), form.text("userPartitionID", CONTENT_SERVER_MEMBERS)
    if partition not in call.state.directory.partitions:
        raise Refused(Kind.NOT_FOUND, f"The partition '{partition}' does not exist.")
    member = Member(call.state.sequence.next(), kind, name, partition=partition)
    _take_over(call, member)
    members.found(member)
    return Answer(identity(member), status=201)


def _take_over(call: Call, member: Member) -> None:
    """Set what the request says of the member's attributes."""
    if "description" in call.form:
        member.description = call.form.text("description")
    for one in _objects(call.form.items("values")):
        field, values = _FIELDS.get(str(one.get("name"))), one.get("values")
        if field is not None and isinstance(values, list):
            setattr(member, field, str(values[0]) if values else "")


def _objects(values: list[Json]) -> list[JsonObject]:
    return [one for one in values if isinstance(one, dict)]


def _member(call: Call, kind: int) -> Member:
    """The member of the path: by name, or by name and partition."""
    wanted = call.params["id"]
    member = call.state.members.named(wanted)
    if member is None or member.type != kind:
        word = "user" if kind == USER else "group"
        raise Refused(Kind.NOT_FOUND, f"The {word} '{wanted}' does not exist.")
    return member


def _joined(call: Call, kind: int) -> Answer:
    call.require_admin()
    member, names = _member(call, kind), call.form.texts("stringList")
    if not names:
        raise missing_argument("stringList")
    groups = [call.state.members.named(name) for name in names]
    for group, name in zip(groups, names, strict=True):
        if group is None or group.type != GROUP:
            raise Refused(Kind.NOT_FOUND, f"The group '{name}' does not exist.")
    for group in groups:
        if group is not None:
            call.state.members.join(member, group)
    return _DONE
