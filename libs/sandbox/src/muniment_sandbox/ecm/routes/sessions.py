"""Log in, say who I am, log out."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.sessions import Purpose
from muniment_sandbox.ecm.views.members import member_properties

routes = Routes()


@routes.on("POST", "/v1/auth", is_open=True)
def log_in(call: Call) -> Answer:
    """Give a ticket for a name and a password."""
    for name in ("username", "password"):
        if name not in call.form:
            raise Refused(Kind.FAILED, f"Argument '{name}' is required.")
    member = call.state.members.with_password(call.form.text("username"), call.form.text("password"))
    if member is None:
        raise Refused(Kind.UNAUTHENTICATED, "Invalid username/password specified.")
    return bare({"ticket": call.state.sessions.issue(Purpose.TICKET, member.id)})


@routes.on("GET", "/v1/auth")
def who_am_i(call: Call) -> Answer:
    """Return the current user; the ticket to go on with is in the header of every answer."""
    return bare({"data": member_properties(call.member)})


@routes.on("DELETE", "/v1/auth")
def log_out(call: Call) -> Answer:
    if call.session is not None:
        call.state.sessions.end(call.session)
    return bare({})
