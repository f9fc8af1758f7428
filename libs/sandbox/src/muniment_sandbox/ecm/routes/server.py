"""What the server says of itself."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.clock import iso_local

VERSION = "26.1"

routes = Routes()


@routes.on("GET", "/v1/ping", is_open=True)
def ping(_: Call) -> Answer:
    return bare({"rest_api": [{"build": 2, "href": "api/v1", "version": 1}]})


@routes.on("GET", "/cssupport/csconfigured", is_open=True)
def configured(_: Call) -> Answer:
    """Whether the server is set up, as probes of containers ask it (outside the API)."""
    return bare({"configured": True})


@routes.on("GET", "/v1/serverinfo")
def server_info(call: Call) -> Answer:
    life_ms = int(call.state.sessions.life_s * 1000)
    return bare({
        "mobile": {"cs_viewer_support": False, "offline_use": True},
        "server": {
            "advanced_versioning": True,
            "character_encoding": 1,
            "current_date": iso_local(call.state.clock.seconds()),
            "current_locale_suffix": "_en_US",
            "domain_access_enabled": False,
            "enhanced_advanced_versioning": False,
            "force_download_for_mime_types": [],
            "language_code": "USA",
            "languages": [{"default": True, "display_name": "English (US)", "language_code": "_en_US"}],
            "metadata_languages": [{"default": True, "display_name": "English", "language_code": "en"}],
            "time_zone_offset_enabled": False,
            "url": f"{call.origin}/cs/cs",
            "version": VERSION,
        },
        "sessions": {
            "enabled": True,
            "expire_after_last_login": False,
            "expire_after_last_request": True,
            "logout_url": "?func=ll.DoLogout",
            "session_inactivity": life_ms,
            "session_reaction_time": min(180_000, life_ms // 10),
            "session_timeout": life_ms,
        },
        "viewer": {"content_suite": {}},
    })  # fmt: skip


@routes.on("GET", "/v2/systemhealth")
def health(call: Call) -> Answer:
    return results(call, [{"group_name": "muniment", "group_display_name": "Sandbox"}])
