"""Two service accounts, and a server behind TLS with an authority of its own that wants a certificate."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from muniment_ecm import Account, NotPermitted
from muniment_ecm.documents import Upload
from muniment_kit.http import PeerUnavailable
from muniment_sandbox.ecm.testing import RunningEcm, running_ecm
from tests.integration.ecm.certificates import Authority
from tests.integration.ecm.desk import PEER, new_desk, open_desk, settings
from tests.unit.ecm.filing_desk import PDF, filing_plan

READERS = [
    Account(username="muniment-reader", password="reader-secret"),
    Account(client_id="muniment-reader", client_secret="reader-secret"),
]


@pytest.mark.parametrize("reader", READERS)
async def test_the_reading_account_looks_and_cannot_change(reader: Account) -> None:
    async with running_ecm() as ecm:
        how = replace(settings(ecm), otds_url=ecm.otds_url, reader=reader)
        async with open_desk(ecm, how=how) as desk:
            filed = await desk.archive.file(filing_plan(), PDF)
            reading = desk.server.reader
            assert (await reading.members.myself()).name == "muniment-reader"
            assert (await desk.server.members.myself()).name == "muniment-writer"
            assert await reading.documents.read(filed.node_id) == PDF
            with pytest.raises(NotPermitted):
                await reading.nodes.delete(filed.node_id)
            with pytest.raises(NotPermitted):
                await reading.documents.add_version(
                    filed.node_id, Upload(name="a", media_type="text/plain", content=b"a")
                )


async def test_without_a_reading_account_the_writing_one_looks() -> None:
    async with new_desk() as desk:
        assert desk.server.reader is desk.server


async def test_a_server_of_an_own_authority_that_wants_a_client_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    ours = authority.issue("muniment")
    async with running_ecm() as ecm, tls_before(ecm, authority) as url:
        good = replace(
            PEER, ca_file=authority.file, client_cert_file=ours.certificate, client_key_file=ours.key
        )
        how = replace(settings(ecm, peer=good), url=f"{url}/cs/cs")
        async with open_desk(ecm, how=how) as desk:
            await desk.archive.file(filing_plan(), PDF)
            assert len(desk.documents) == 1
        for bad in (
            replace(good, client_cert_file=None, client_key_file=None),  # we do not say who we are
            replace(good, ca_file=None),  # we do not trust the server
        ):
            refused = replace(how, peer=bad)
            async with open_desk(ecm, how=refused) as desk:
                with pytest.raises(PeerUnavailable):
                    await desk.server.nodes.get(2000)


@asynccontextmanager
async def tls_before(ecm: RunningEcm, authority: Authority) -> AsyncIterator[str]:
    """Put a TLS end before the sandbox that lets in only who has a certificate of the authority."""
    end = authority.issue("localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(end.certificate, end.key)
    context.load_verify_locations(authority.file)
    context.verify_mode = ssl.CERT_REQUIRED

    carried: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        carried.add(task)
        behind, ahead = await asyncio.open_connection("127.0.0.1", ecm.port)
        await asyncio.gather(_pump(reader, ahead), _pump(behind, writer))

    server = await asyncio.start_server(carry, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*carried)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        sink.close()
