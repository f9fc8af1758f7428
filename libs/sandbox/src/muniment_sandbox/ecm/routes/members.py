"""Members: users and groups."""

from __future__ import annotations

from collections.abc import Callable

from muniment_sandbox.ecm.answers import bare, collection, page_of, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.form import Form
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.members import Member
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.views.members import member_properties

routes = Routes()
MAX_LIMIT = 20

_FILTERS: dict[str, Callable[[Member], str]] = {
    "where_name": lambda member: member.name,
    "where_first_name": lambda member: member.first_name,
    "where_last_name": lambda member: member.last_name,
    "where_business_email": lambda member: member.email,
}


@routes.on("GET", "/v2/members")
def list_members(call: Call) -> Answer:
    """Find members by the beginning of their names; ``query`` and ``where_…`` exclude each other."""
    page = page_of(call, default=MAX_LIMIT, most=MAX_LIMIT)
    found = sorted(_matching(call), key=lambda member: member.name.casefold())
    items = [{"data": {"properties": member_properties(one)}} for one in found[page.start : page.stop]]
    return collection(call, items, page, len(found), "asc_name")


@routes.on("GET", "/v2/members/{id}")
def get_member(call: Call) -> Answer:
    return results(call, {"data": {"properties": member_properties(_member(call))}})


@routes.on("GET", "/v1/members/{id}")
def get_member_v1(call: Call) -> Answer:
    return bare({"data": member_properties(_member(call))})


def _member(call: Call) -> Member:
    return call.state.members.get(call.number())


def _matching(call: Call) -> list[Member]:
    form = call.form
    wanted_type = form.integer("where_type")
    query = form.text("query").casefold()
    if query and any(form.text(name) for name in _FILTERS):
        raise Refused(Kind.INVALID, "The parameter 'query' cannot be used together with other filters.")
    return [
        member
        for member in call.state.members.all()
        if (wanted_type is None or member.type == wanted_type) and _fits(member, form, query)
    ]


def _fits(member: Member, form: Form, query: str) -> bool:
    if query:
        return query in f"{member.name} {member.first_name} {member.last_name} {member.email}".casefold()
    return all(
        value(member).casefold().startswith(form.text(name).casefold()) for name, value in _FILTERS.items()
    )
