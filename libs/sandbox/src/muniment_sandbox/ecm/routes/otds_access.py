"""OTDS: partitions, OAuth clients, access roles, the resource and its licence."""

from __future__ import annotations

import secrets

from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.directory import RESOURCE, AccessRole, Partition
from muniment_sandbox.ecm.state.members import OAUTH_CLIENTS, USER, Member, OAuthClient
from muniment_sandbox.ecm.state.refusals import Kind, Refused, duplicate
from muniment_sandbox.ecm.views.otds import (
    LICENSE_ID,
    RESOURCE_ID,
    access_role,
    identity,
    license_object,
    oauth_client,
    partition,
    resource,
)

routes = Routes()
_REST = "/otdsws/rest"
_DONE = Answer(b"", status=204)
_CLIENT_SETTINGS = (
    "redirectURLs", "accessTokenLifeTime", "refreshTokenLifeTime", "authCodeLifeTime", "allowRefreshToken",
    "allowImpersonation", "useSessionRefreshTokenLifeTime", "confidential", "authScopes", "allowedScopes",
    "defaultScopes", "impersonateList",
)  # fmt: skip


@routes.on("POST", f"{_REST}/partitions", takes_json=True)
def add_partition(call: Call) -> Answer:
    call.require_admin()
    name = call.form.required_text("name")
    if name in call.state.directory.partitions:
        raise duplicate(name)
    made = call.state.directory.partitions.put(name, Partition(name, call.form.text("description")))
    return Answer(partition(made), status=201)


@routes.on("GET", f"{_REST}/partitions/{{id}}")
def get_partition(call: Call) -> Answer:
    found = call.state.directory.partitions.get(call.params["id"])
    if found is None:
        raise Refused(Kind.NOT_FOUND, f"The partition '{call.params['id']}' does not exist.")
    return Answer(partition(found))


@routes.on("POST", f"{_REST}/oauthclients", takes_json=True)
def add_client(call: Call) -> Answer:
    """Add a client with its user in the partition OAuthClients; only this answer shows the secret."""
    call.require_admin()
    name = call.form.required_text("id")
    if call.state.members.client(name) is not None:
        raise duplicate(name)
    member = call.state.members.named(name) or call.state.members.found(
        Member(call.state.sequence.next(), USER, name, partition=OAUTH_CLIENTS)
    )
    client = OAuthClient(name, call.form.text("secret") or secrets.token_urlsafe(24), member.id)
    _take_over(call, client)
    call.state.members.add_client(client)
    return Answer({**oauth_client(client), "secret": client.secret}, status=201)


@routes.on("GET", f"{_REST}/oauthclients/{{id}}")
def get_client(call: Call) -> Answer:
    call.require_admin()
    return Answer(oauth_client(_client(call)))


@routes.on("PATCH", f"{_REST}/oauthclients/{{id}}", takes_json=True)
def update_client(call: Call) -> Answer:
    call.require_admin()
    client = _client(call)
    _take_over(call, client)
    call.state.members.add_client(client)
    return Answer(oauth_client(client))


@routes.on("GET", f"{_REST}/accessroles")
def list_access_roles(call: Call) -> Answer:
    call.require_admin()
    roles: list[Json] = [access_role(one) for one in call.state.directory.access_roles.values()]
    return Answer({"accessRoles": roles})


@routes.on("GET", f"{_REST}/accessroles/{{id}}")
def get_access_role(call: Call) -> Answer:
    call.require_admin()
    return Answer(access_role(_role(call)))


@routes.on("POST", f"{_REST}/accessroles/{{id}}/members", takes_json=True)
def add_to_access_role(call: Call) -> Answer:
    """Let users, groups and partitions use the resource; who may already is left as it is."""
    call.require_admin()
    role = _role(call)
    for word, names in (("users", role.users), ("groups", role.groups), ("userPartitions", role.partitions)):
        given = [str(one.get("name")) for one in call.form.items(word) if isinstance(one, dict)]
        names += [name for name in dict.fromkeys(given) if name not in names]
    call.state.directory.access_roles.put(role.name, role)
    return _DONE


@routes.on("PUT", f"{_REST}/accessroles/{{id}}/attributes", takes_json=True)
def set_access_role_attributes(call: Call) -> Answer:
    call.require_admin()
    role = _role(call)
    for one in call.form.items("attributes"):
        values = one.get("values") if isinstance(one, dict) else None
        if isinstance(one, dict) and isinstance(values, list):
            role.attributes[str(one.get("name"))] = [str(value) for value in values]
    call.state.directory.access_roles.put(role.name, role)
    return Answer(access_role(role))


@routes.on("GET", f"{_REST}/resources/{{id}}")
def get_resource(call: Call) -> Answer:
    if call.params["id"] not in (RESOURCE, RESOURCE_ID):
        raise Refused(Kind.NOT_FOUND, f"The resource '{call.params['id']}' does not exist.")
    return Answer(resource())


@routes.on("GET", f"{_REST}/licensemanagement/licenses/assignedlicenses")
def list_licenses(call: Call) -> Answer:
    call.require_admin()
    licenses = [license_object()] if call.form.text("resourceID") == RESOURCE_ID else []
    return Answer({"licenseObjects": {"_licenses": licenses}})


@routes.on("POST", f"{_REST}/licensemanagement/licenses/object/{{id}}", takes_json=True)
def give_license(call: Call) -> Answer:
    """Give a feature (``values[counter]``) to the user or group at the location ``name``."""
    call.require_admin()
    _require_license(call)
    for one in call.form.items("values"):
        features = one.get("values") if isinstance(one, dict) else None
        for feature in features if isinstance(features, list) else []:
            call.state.directory.give_license(call.form.required_text("name"), str(feature))
    return _DONE


@routes.on("GET", f"{_REST}/licensemanagement/licenses/object/{{id}}")
def list_licensed(call: Call) -> Answer:
    call.require_admin()
    _require_license(call)
    found = [identity(one) for one in call.state.directory.licensed(call.form.text("counter"))]
    users = [one for one in found if one["objectClass"] == "oTPerson"]
    groups = [one for one in found if one["objectClass"] == "oTGroup"]
    return Answer({
        "listUsersResults": {"users": users},
        "listGroupsResults": {"groups": groups},
        "listUserPartitionResult": {"_userPartitions": []},
    })  # fmt: skip


def _client(call: Call) -> OAuthClient:
    client = call.state.members.client(call.params["id"])
    if client is None:
        raise Refused(Kind.NOT_FOUND, f"The OAuth client '{call.params['id']}' does not exist.")
    return client


def _take_over(call: Call, client: OAuthClient) -> None:
    client.description = call.form.text("description", client.description)
    client.settings |= {name: call.form.value(name) for name in _CLIENT_SETTINGS if name in call.form}


def _role(call: Call) -> AccessRole:
    role = call.state.directory.access_roles.get(call.params["id"])
    if role is None:
        raise Refused(Kind.NOT_FOUND, f"The access role '{call.params['id']}' does not exist.")
    return role


def _require_license(call: Call) -> None:
    if call.params["id"] != LICENSE_ID:
        raise Refused(Kind.NOT_FOUND, f"The licence '{call.params['id']}' does not exist.")
