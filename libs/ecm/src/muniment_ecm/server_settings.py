"""How to reach a Content Server, and the accounts that get in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from muniment_kit.errors import SettingsError
from muniment_kit.http import PeerSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A service account: user and password (and ``domain`` where there are several), or an OTDS client."""

    username: str = ""
    password: str = field(default="", repr=False)
    domain: str | None = None
    client_id: str = ""
    client_secret: str = field(default="", repr=False)

    def is_complete(self, *, has_otds: bool) -> bool:
        """Say whether exactly one way in is given in full."""
        by_password = bool(self.username and self.password)
        by_client = bool(has_otds and self.client_id and self.client_secret)
        return by_password != by_client


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentServerSettings:
    """How to reach a Content Server and get in.

    ``url`` includes the cgi path: ``https://ecm.example.com/cs/cs`` or ``…/otcs/cs.exe``. Either ``username``
    and ``password``, or ``otds_url`` (``https://ecm.example.com/otdsws``), ``client_id`` and
    ``client_secret``: the account that writes. ``reader`` is a second account for what only looks.
    ``server_zone`` is the zone of times that the server writes without one. A call waits ``peer.timeout_s``,
    an upload or download ``transfer_timeout_s``.
    """

    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    domain: str | None = None
    otds_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    reader: Account | None = None
    server_zone: tzinfo = UTC
    transfer_timeout_s: float = 300.0
    peer: PeerSettings = field(default_factory=PeerSettings)

    def __post_init__(self) -> None:
        faults = []
        has_otds = bool(self.otds_url)
        if not self.url:
            faults.append("The URL of Content Server, with its cgi path, is missing.")
        if not self.writer.is_complete(has_otds=has_otds):
            faults.append(
                "Content Server needs a user name with password, or an OTDS URL with client id and "
                "secret: one of both."
            )
        if self.reader is not None and not self.reader.is_complete(has_otds=has_otds):
            faults.append(
                "The reading account of Content Server needs a user name with password, or a client id and "
                "secret beside the OTDS URL: one of both."
            )
        if faults:
            raise SettingsError(faults)

    @property
    def writer(self) -> Account:
        """Return the account that writes."""
        return Account(
            username=self.username,
            password=self.password,
            domain=self.domain,
            client_id=self.client_id,
            client_secret=self.client_secret,
        )
