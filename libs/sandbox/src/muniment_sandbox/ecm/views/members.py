"""Members as the API shows them."""

from __future__ import annotations

from muniment_sandbox.ecm.jsontype import JsonObject
from muniment_sandbox.ecm.state.members import GROUP, USER, Member


def member_properties(member: Member) -> JsonObject:
    """All properties of a user, or the few of a group."""
    shown = member_summary(member)
    if member.type == USER:
        shown |= {
            "birth_date": None,
            "business_email": member.email,
            "business_phone": member.phone or None,
            "display_language": None,
            "first_name": member.first_name,
            "gender": None,
            "group_id": member.group_id,
            "last_name": member.last_name,
            "middle_name": None,
            "office_location": None,
            "photo_id": 0,
            "photo_url": None,
            "privilege_content_manager": member.is_admin,
            "privilege_grant_discovery": False,
            "privilege_login": True,
            "privilege_modify_groups": member.is_admin,
            "privilege_modify_users": member.is_admin,
            "privilege_public_access": True,
            "privilege_system_admin_rights": member.is_admin,
            "privilege_user_admin_rights": member.is_admin,
            "time_zone": -1,
            "title": member.title,
        }
    else:
        shown["leader_id"] = None
    return shown


def member_summary(member: Member) -> JsonObject:
    return {
        "deleted": False,
        "display_name": member.display_name,
        "id": member.id,
        "initials": "".join(part[:1] for part in (member.first_name, member.last_name)) or member.name[:1],
        "name": member.name,
        "name_formatted": member.display_name,
        "type": member.type,
        "type_name": "Group" if member.type == GROUP else "User",
    }
