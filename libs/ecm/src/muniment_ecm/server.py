"""One Content Server: a logged-in session and everything this client can do with it."""

from __future__ import annotations

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
from muniment_ecm.permissions import Permissions
from muniment_ecm.records import Records
from muniment_ecm.recycle_bin import RecycleBin
from muniment_ecm.relations import Relations
from muniment_ecm.reservation import Reservations
from muniment_ecm.roles import Roles
from muniment_ecm.search import Search
from muniment_ecm.server_settings import Account, ContentServerSettings
from muniment_ecm.session import Session
from muniment_ecm.transport import Transport
from muniment_ecm.volumes import Volumes
from muniment_ecm.workflows import Workflows
from muniment_ecm.workspace_types import WorkspaceTypes
from muniment_ecm.workspaces import Workspaces
from muniment_kit.clock import Clock
from muniment_kit.http import Peer, PeerObserver


class ContentServer:
    """The parts of the REST API, one attribute a resource."""

    def __init__(
        self,
        session: Session,
        *,
        transports: tuple[Transport, ...] = (),
        server_zone: tzinfo = UTC,
        transfer_timeout_s: float = 300.0,
        reader: ContentServer | None = None,
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
        self.permissions = Permissions(session)
        self.search = Search(session, self.nodes)
        self.nicknames = Nicknames(session, self.nodes)
        self.reservations = Reservations(session)
        self.recycle_bin = RecycleBin(session, self.nodes)
        self.audit = Audit(session, server_zone=server_zone)
        self.workflows = Workflows(session, self.nodes, self.volumes, server_zone=server_zone)
        self._transports = transports
        self._reader = reader

    @property
    def reader(self) -> ContentServer:
        """Return the same server through the reading account; through this account where there is none.

        For what only looks: watching, explaining, checking. A look that decides about a write belongs to the
        account that writes, which may see more.
        """
        return self._reader or self

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
        otds = None
        if settings.otds_url:
            otds = Peer("otds", _otds_base(settings.otds_url), settings.peer, clock=clock, observer=observer)

        def logged_in(account: Account, reader: ContentServer | None = None) -> ContentServer:
            return cls(
                Session(api, _login(account, api, otds), clock=clock),
                transports=() if account is settings.reader else transports,
                server_zone=settings.server_zone,
                transfer_timeout_s=settings.transfer_timeout_s,
                reader=reader,
            )

        transports: tuple[Transport, ...] = (api,) if otds is None else (api, otds)
        reader = logged_in(settings.reader) if settings.reader is not None else None
        return logged_in(settings.writer, reader)

    async def close(self) -> None:
        """Close all connections."""
        for transport in self._transports:
            await transport.close()


def _login(account: Account, api: Transport, otds: Transport | None) -> Login:
    if account.client_id and otds is not None:
        return ClientCredentialsLogin(otds, api, account.client_id, account.client_secret)
    return PasswordLogin(api, account.username, account.password, domain=account.domain)


def _otds_base(url: str) -> str:
    base = url.rstrip("/")
    return base if base.endswith("/otdsws") else f"{base}/otdsws"
