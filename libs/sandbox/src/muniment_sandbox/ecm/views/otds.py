"""Users, groups, clients, partitions and access roles as OTDS shows them."""

from __future__ import annotations

from muniment_sandbox.ecm.jsontype import Json, JsonObject
from muniment_sandbox.ecm.state.directory import (
    ACCESS_ROLE,
    LICENSE,
    RESOURCE,
    AccessRole,
    Directory,
    Partition,
)
from muniment_sandbox.ecm.state.members import CONTENT_SERVER_MEMBERS, USER, Member, OAuthClient

RESOURCE_ID = Directory.guid(RESOURCE)
LICENSE_ID = f"cn={LICENSE}\u00b9{RESOURCE_ID},ou=Licenses,dc=identity,dc=opentext,dc=net"
_ROOT = "dc=identity,dc=opentext,dc=net"


def identity(member: Member, *, attributes_as_keys: bool = False) -> JsonObject:
    """A user or group; its attributes as a list of ``name`` and ``values``, or by name."""
    given = attributes(member)
    shown: JsonObject = {
        "userPartitionID": member.partition,
        "name": member.name,
        "location": Directory.location(member),
        "id": identity_id(member),
        "description": member.description or None,
        "uuid": Directory.guid(member.partition, member.name),
        "objectClass": "oTPerson" if member.type == USER else "oTGroup",
        "customAttributes": None,
        "originUUID": None,
        "urlId": identity_id(member),
        "urlLocation": Directory.location(member),
    }
    if attributes_as_keys:
        return {**shown, "attributes": {name: [value] for name, value in given.items()}}
    return {**shown, "values": [{"name": name, "values": [value]} for name, value in given.items()]}


def identity_id(member: Member) -> str:
    return member.name if "@" in member.name else f"{member.name}@{member.partition}"


def attributes(member: Member) -> dict[str, str]:
    given = {"cn": member.name, "displayName": member.display_name}
    if member.type == USER:
        given |= {
            "sn": member.last_name,
            "givenName": member.first_name,
            "mail": member.email,
            "title": member.title,
        }
    return {name: value for name, value in given.items() if value}


def oauth_client(client: OAuthClient) -> JsonObject:
    """An OAuth client without its secret."""
    defaults: JsonObject = {
        "redirectURLs": [],
        "accessTokenLifeTime": 1000,
        "refreshTokenLifeTime": 20000,
        "authCodeLifeTime": 20000,
        "allowRefreshToken": True,
        "allowImpersonation": True,
        "useSessionRefreshTokenLifeTime": True,
        "confidential": True,
        "authScopes": [],
        "allowedScopes": [],
        "defaultScopes": [],
        "impersonateList": [],
    }
    return {
        **defaults,
        **client.settings,
        "id": client.client_id,
        "uuid": Directory.guid("client", client.client_id),
        "description": client.description,
        "location": f"oTOAuthClient={client.client_id},{_ROOT}",
    }


def partition(one: Partition) -> JsonObject:
    return {
        "id": one.name,
        "name": one.name,
        "description": one.description,
        "location": f"partition={one.name},{_ROOT}",
        "synchronized": False,
        "uuid": Directory.guid("partition", one.name),
    }


def access_role(one: AccessRole) -> JsonObject:
    users: list[Json] = [{"id": name, "displayName": name, "name": name} for name in one.users]
    groups: list[Json] = [{"id": name, "displayName": name, "name": name} for name in one.groups]
    partitions: list[Json] = [
        {"name": name, "userPartition": name, "location": f"partition={name},{_ROOT}"}
        for name in one.partitions
    ]
    return {
        "id": one.name,
        "name": one.name,
        "description": one.description,
        "location": f"cn={one.name},ou=Access Roles,{_ROOT}",
        "attributes": [{"name": name, "values": values} for name, values in one.attributes.items()],
        "accessRoleMembers": {
            "users": users,
            "groups": groups,
            "userPartitions": partitions,
            "organizationalUnits": [],
        },
        "accessRoleResources": [{"id": RESOURCE, "name": RESOURCE, "resourceID": RESOURCE_ID}],
    }


def resource() -> JsonObject:
    """The one resource there is: Content Server."""
    return {
        "resourceName": RESOURCE,
        "id": RESOURCE,
        "description": "Content Server",
        "displayName": "Content Server sandbox",
        "resourceID": RESOURCE_ID,
        "resourceState": 1,
        "userSynchronizationState": True,
        "resourceDN": f"oTResource={RESOURCE_ID},{_ROOT}",
        "resourceType": RESOURCE,
        "accessRoleList": [{"id": ACCESS_ROLE, "name": ACCESS_ROLE}],
        "allowImpersonation": True,
        "connectionHealthy": True,
        "connectorName": "Content Server",
        "connectorid": RESOURCE,
        "userPartition": CONTENT_SERVER_MEMBERS,
    }


def license_object() -> JsonObject:
    return {
        "_oTLicenseType": "NON-PRODUCTION",
        "_oTLicenseResource": RESOURCE_ID,
        "_oTLicenseResourceName": RESOURCE,
        "_oTLicenseProduct": LICENSE,
        "name": f"{LICENSE}\u00b9{RESOURCE_ID}",
        "location": LICENSE_ID,
        "id": LICENSE_ID,
        "description": "Licence of the sandbox",
        "values": [],
    }
