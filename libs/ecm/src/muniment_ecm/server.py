"""One Content Server: a logged-in session and everything this client can do with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from muniment_ecm.audit import Audit
from muniment_ecm.categories import Categories
from muniment_ecm.classifications import Classifications
from muniment_ecm.classify import is_transient
from muniment_ecm.documents import Documents
from muniment_ecm.folders import Folders
from muniment_ecm.holds import Holds
from muniment_ecm.login import ClientCredentialsLogin, Login, PasswordLogin
from muniment_ecm.members import Members
from muniment_ecm.nicknames import Nicknames
from muniment_ecm.nodes import Nodes
from muniment_ecm.records import Records
from muniment_ecm.recycle_bin import RecycleBin
from muniment_ecm.relations import Relations
from muniment_ecm.reservation import Reservations
from muniment_ecm.roles import Roles
from muniment_ecm.search import Search
from muniment_ecm.session import Session
from muniment_ecm.transport import Transport
from muniment_ecm.volumes import Volumes
from muniment_ecm.workflows import Workflows
from muniment_ecm.workspace_types import WorkspaceTypes
from muniment_ecm.workspaces import Workspaces
from muniment_kit.clock import Clock
from muniment_kit.errors import SettingsError
from muniment_kit.http import Peer, PeerObserver, PeerSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentServerSettings:
    """How to reach a Content Server and get in.

    ``url`` includes the cgi path: ``https://ecm.example.com/cs/cs`` or ``…/otcs/cs.exe``. Either ``username``
    and ``password``, or ``otds_url`` (``https://ecm.example.com/otdsws``), ``client_id`` and
    ``client_secret``. ``server_zone`` is the zone of times that the server writes without one. A call waits
    ``peer.timeout_s``, an upload or download ``transfer_timeout_s``.
    """

    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    domain: str | None = None
    otds_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    server_zone: tzinfo = UTC
    transfer_timeout_s: float = 300.0
    peer: PeerSettings = field(default_factory=PeerSettings)

    def __post_init__(self) -> None:
        faults = []
        by_password = bool(self.username and self.password)
        by_client = bool(self.otds_url and self.client_id and self.client_secret)
        if not self.url:
            faults.append("The URL of Content Server, with its cgi path, is missing.")
        if by_password == by_client:
            faults.append(
                "Content Server needs a user name with password, or an OTDS URL with client id and "
                "secret: one of both."
            )
        if faults:
            raise SettingsError(faults)


class ContentServer:
    """The parts of the REST API, one attribute a resource."""

    def __init__(
        self,
        session: Session,
        *,
        transports: tuple[Transport, ...] = (),
        server_zone: tzinfo = UTC,
        transfer_timeout_s: float = 300.0,
    ) -> None:
        self.session = session
        self.nodes = Nodes(session, server_zone=server_zone)
        self.volumes = Volumes(session, self.nodes)
        self.folders = Folders(session, self.nodes)
        self.documents = Documents(session, server_zone=server_zone, transfer_timeout_s=transfer_timeout_s)
        self.categories = Categories(session, self.nodes, self.volumes)
        self.workspaces = Workspaces(session)
        self.workspace_types = WorkspaceTypes(session)
        self.relations = Relations(session)
        self.members = Members(session)
        self.roles = Roles(session)
        self.classifications = Classifications(session, self.nodes, self.volumes)
        self.records = Records(session, self.nodes, self.volumes)
        self.holds = Holds(session)
        self.search = Search(session, self.nodes)
        self.nicknames = Nicknames(session, self.nodes)
        self.reservations = Reservations(session)
        self.recycle_bin = RecycleBin(session, self.nodes)
        self.audit = Audit(session, server_zone=server_zone)
        self.workflows = Workflows(session, self.nodes, self.volumes, server_zone=server_zone)
        self._transports = transports

    @classmethod
    def connect(
        cls,
        settings: ContentServerSettings,
        *,
        clock: Clock | None = None,
        observer: PeerObserver | None = None,
    ) -> ContentServer:
        """Return a client; nothing is sent before the first call. Close it after use."""
        api = Peer(
            "content-server",
            f"{settings.url.rstrip('/')}/api",
            settings.peer,
            clock=clock,
            is_transient=is_transient,
            observer=observer,
        )
        transports: tuple[Transport, ...] = (api,)
        login: Login
        if settings.client_id:
            otds = Peer("otds", _otds_base(settings.otds_url), settings.peer, clock=clock, observer=observer)
            transports = (api, otds)
            login = ClientCredentialsLogin(otds, api, settings.client_id, settings.client_secret)
        else:
            login = PasswordLogin(api, settings.username, settings.password, domain=settings.domain)
        return cls(
            Session(api, login, clock=clock),
            transports=transports,
            server_zone=settings.server_zone,
            transfer_timeout_s=settings.transfer_timeout_s,
        )

    async def close(self) -> None:
        """Close all connections."""
        for transport in self._transports:
            await transport.close()


def _otds_base(url: str) -> str:
    base = url.rstrip("/")
    return base if base.endswith("/otdsws") else f"{base}/otdsws"
