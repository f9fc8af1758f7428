"""Members: users and groups, and who is in which group."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from muniment_sandbox.ecm.answers import bare, collection, nothing, page_of, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.form import Form
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.members import GROUP, USER, Member
from muniment_sandbox.ecm.state.refusals import Kind, Refused, missing_argument
from muniment_sandbox.ecm.state.rights import DEFAULT_GROUP_ID
from muniment_sandbox.ecm.views.members import member_properties

routes = Routes()
MAX_LIMIT = 20
MAX_GROUP_LIMIT = 100

_FILTERS: dict[str, Callable[[Member], str]] = {
    "where_name": lambda member: member.name,
    "where_first_name": lambda member: member.first_name,
    "where_last_name": lambda member: member.last_name,
    "where_business_email": lambda member: member.email,
    "where_title": lambda member: member.title,
}
_TEXTS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "business_email": "email",
    "business_phone": "phone",
    "title": "title",
    "password": "password",
}


@routes.on("GET", "/v2/members")
def list_members(call: Call) -> Answer:
    """Find members by the beginning of their names; ``query`` and ``where_…`` exclude each other."""
    return _page(call, _matching(call, call.state.members.all()))


@routes.on("GET", "/v2/members/{id}")
def get_member(call: Call) -> Answer:
    return results(call, {"data": {"properties": member_properties(_member(call))}})


@routes.on("GET", "/v1/members/{id}")
def get_member_v1(call: Call) -> Answer:
    return bare({"data": member_properties(_member(call))})


@routes.on("POST", "/v2/members")
def create_member(call: Call) -> Answer:
    """Add a user (type 0, with a password) or a group (type 1)."""
    call.require_admin()
    form, kind = call.form, call.form.required_integer("type")
    if kind not in (USER, GROUP):
        raise Refused(Kind.INVALID, "Invalid type specified.")
    name = form.required_text("name")
    if kind == USER:
        form.required_text("password")
    member = Member(call.state.sequence.next(), kind, name)
    if kind == USER:
        member.group_id = form.integer("group_id") or DEFAULT_GROUP_ID
    _take_over(call, member)
    call.state.members.found(member)
    return results(call, {"data": {"properties": member_properties(member)}})


@routes.on("PUT", "/v2/members/{id}")
def update_member(call: Call) -> Answer:
    call.require_admin()
    member = _member(call)
    _take_over(call, member)
    call.state.members.changed(member)
    return results(call, {"data": {"properties": member_properties(member)}})


@routes.on("DELETE", "/v2/members/{id}")
def delete_member(call: Call) -> Answer:
    call.require_admin()
    member = _member(call)
    if member.is_admin:
        raise Refused(Kind.INVALID, "The administrator cannot be deleted.")
    call.state.members.remove(member)
    return nothing(call)


@routes.on("GET", "/v2/members/{id}/members")
def list_group_members(call: Call) -> Answer:
    """A page of who is in a group."""
    group = _group(call)
    return _page(call, _matching(call, call.state.members.in_group(group)), most=MAX_GROUP_LIMIT)


@routes.on("POST", "/v2/members/{id}/members")
def add_group_members(call: Call) -> Answer:
    """Add one or more users and groups (``member_id``); one that cannot be added stops all."""
    call.require_admin()
    group = _group(call)
    joining = [call.state.members.get(one) for one in call.form.integers("member_id")]
    if not joining:
        raise missing_argument("member_id")
    for member in joining:
        if group.id in (member.group_id, *member.group_ids):
            raise Refused(Kind.INVALID, f"The member '{member.name}' is already in the group.")
        if member.id in call.state.members.identities(group):
            raise Refused(Kind.INVALID, "A group cannot be in itself.")
    for member in joining:
        call.state.members.join(member, group)
    return results(call, {"data": {"properties": member_properties(group)}})


@routes.on("DELETE", "/v2/members/{id}/members/{member_id}")
def remove_group_member(call: Call) -> Answer:
    call.require_admin()
    group, member = _group(call), call.state.members.get(call.number("member_id"))
    if group.id not in member.group_ids:
        raise Refused(Kind.INVALID, "The member is not in the group.")
    call.state.members.leave(member, group)
    return nothing(call)


@routes.on("GET", "/v2/members/{id}/memberof")
def list_groups_of(call: Call) -> Answer:
    return _groups_of(call, _member(call))


@routes.on("GET", "/v2/members/memberof")
def list_own_groups(call: Call) -> Answer:
    return _groups_of(call, call.member)


def _groups_of(call: Call, member: Member) -> Answer:
    ids = [one for one in dict.fromkeys([member.group_id, *member.group_ids]) if one]
    groups = [one for one in map(call.state.members.find, ids) if one is not None]
    return _page(call, groups, most=MAX_GROUP_LIMIT)


def _take_over(call: Call, member: Member) -> None:
    for name, field in _TEXTS.items():
        if name in call.form:
            setattr(member, field, call.form.text(name))
    if "privilege_system_admin_rights" in call.form:
        member.is_admin = call.form.flag("privilege_system_admin_rights")


def _member(call: Call) -> Member:
    return call.state.members.get(call.number())


def _group(call: Call) -> Member:
    group = _member(call)
    if group.type != GROUP:
        raise Refused(Kind.INVALID, f"The member '{group.name}' is not a group.")
    return group


def _page(call: Call, found: list[Member], *, most: int = MAX_LIMIT) -> Answer:
    page = page_of(call, default=MAX_LIMIT, most=most)
    found = sorted(found, key=lambda member: member.name.casefold())
    items = [{"data": {"properties": member_properties(one)}} for one in found[page.start : page.stop]]
    return collection(call, items, page, len(found), "asc_name")


def _matching(call: Call, among: Iterable[Member]) -> list[Member]:
    form = call.form
    wanted_type = form.integer("where_type")
    query = form.text("query").casefold()
    if query and any(form.text(name) for name in _FILTERS):
        raise Refused(Kind.INVALID, "The parameter 'query' cannot be used together with other filters.")
    return [
        member
        for member in among
        if (wanted_type is None or member.type == wanted_type) and _fits(member, form, query)
    ]


def _fits(member: Member, form: Form, query: str) -> bool:
    if query:
        return query in f"{member.name} {member.first_name} {member.last_name} {member.email}".casefold()
    return all(
        value(member).casefold().startswith(form.text(name).casefold()) for name, value in _FILTERS.items()
    )
