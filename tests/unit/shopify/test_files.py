"""Files on their way into the shop: what is asked for, what is sent, and what each refusal means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from muniment_kit.errors import Rejected, Retryable
from muniment_kit.http import Answer, OutcomeUnknown, PeerUnavailable
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AnswerUnusable, FileNotReady, FileRefused, OperatorNeeded, ShopStorageFull
from muniment_shopify.files import (
    NewFile,
    Upload,
    create_files,
    stage_upload,
    wait_until_ready,
)
from muniment_shopify.files.failures import failure_of
from muniment_shopify.priority import Priority
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from tests.unit.shopify.scripted import SHOP, HurriedClock, ScriptedPeer, answered

SHEET = Upload(filename="spec.pdf", mime_type="application/pdf", content=b"%PDF-1.7")


def client_of(peer: ScriptedPeer, clock: HurriedClock | None = None) -> AdminClient:
    return AdminClient(
        ShopDomain(SHOP),
        peer,
        FixedToken("t"),
        priority=Priority.DECISION,
        clock=clock or HurriedClock(),
        random=Random(0),
    )


def staged(*targets: dict[str, Any], errors: int = 0) -> Answer:
    payload = {
        "stagedTargets": list(targets),
        "userErrors": [{"field": None, "message": "personal"}] * errors,
    }
    return answered({"data": {"stagedUploadsCreate": payload}})


def file(number: int, stage: str, *codes: str, **fields: Any) -> dict[str, Any]:
    return {
        "__typename": "GenericFile",
        "id": f"gid://shopify/GenericFile/{number}",
        "alt": "",
        "fileStatus": stage,
        "fileErrors": [{"code": code} for code in codes],
        "url": None,
        "mimeType": "application/pdf",
        **fields,
    }


def states(*nodes: dict[str, Any] | None) -> Answer:
    return answered({"data": {"nodes": list(nodes)}})


def created(*nodes: dict[str, Any], codes: tuple[str, ...] = ()) -> Answer:
    errors = [{"field": ["files"], "message": "personal", "code": code} for code in codes]
    return answered({"data": {"fileCreate": {"files": list(nodes), "userErrors": errors}}})


async def test_a_place_is_asked_for_with_the_size_of_what_comes(tmp_path: Path) -> None:
    target = {"url": "https://u", "resourceUrl": "https://r", "parameters": [{"name": "key", "value": "k"}]}
    peer = ScriptedPeer(staged(target), staged(target))
    path = tmp_path / "film.mp4"
    path.write_bytes(b"x" * 1234)
    film = Upload(filename="film.mp4", mime_type="video/mp4", content=path, resource="VIDEO")
    got = await stage_upload(client_of(peer), film)
    assert (got.url, got.resource_url, got.parameters) == ("https://u", "https://r", (("key", "k"),))
    assert peer.sent[0].content["variables"]["input"] == [
        {
            "filename": "film.mp4",
            "mimeType": "video/mp4",
            "resource": "VIDEO",
            "httpMethod": "POST",
            "fileSize": "1234",
        }
    ]
    assert peer.sent[0].repeatable


async def test_a_file_that_gets_no_place_is_refused_without_shopifys_words() -> None:
    with pytest.raises(FileRefused, match="application/pdf") as raised:
        await stage_upload(client_of(ScriptedPeer(staged(errors=1))), SHEET)
    assert "personal" not in str(raised.value)


async def test_files_are_made_with_only_what_was_said_of_them() -> None:
    peer = ScriptedPeer(created(file(1, "UPLOADED")), created(file(1, "UPLOADED")))
    client = client_of(peer)
    [made] = await create_files(client, [NewFile(source_url="https://r", alt="Sheet")])
    assert (made.gid, made.typename, made.status) == (
        "gid://shopify/GenericFile/1",
        "GenericFile",
        "UPLOADED",
    )
    assert not made.is_ready
    await create_files(client, [NewFile(source_url="https://r", filename="a.png", on_duplicate="REPLACE")])
    assert peer.sent[0].content["variables"] == {"files": [{"originalSource": "https://r", "alt": "Sheet"}]}
    assert [sent.repeatable for sent in peer.sent] == [False, True]


async def test_files_of_which_some_were_made_are_not_made_again_unless_they_replace() -> None:
    both = [NewFile(source_url="https://r"), NewFile(source_url="https://s")]
    with pytest.raises(OutcomeUnknown, match="made 1 of 2 files"):
        await create_files(client_of(ScriptedPeer(created(file(1, "UPLOADED")))), both)
    replacing = [replace(each, filename="a.png", on_duplicate="REPLACE") for each in both]
    with pytest.raises(AnswerUnusable, match="try again"):
        await create_files(client_of(ScriptedPeer(created(file(1, "UPLOADED")))), replacing)


async def test_more_than_250_files_at_once_are_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="250"):
        await create_files(client_of(ScriptedPeer()), [NewFile(source_url="https://r")] * 251)


async def test_processing_is_watched_with_growing_pauses_until_every_file_is_ready() -> None:
    clock = HurriedClock()
    image = {"__typename": "MediaImage", "url": None, "image": {"url": "https://cdn/2.png"}}
    peer = ScriptedPeer(
        states(file(1, "UPLOADED"), None),
        PeerUnavailable("down"),
        states(file(1, "READY", url="https://cdn/1.pdf"), file(2, "PROCESSING")),
        states(file(2, "READY", **image)),
    )
    gids = [f"gid://shopify/GenericFile/{n}" for n in (2, 1)]
    second, first = await wait_until_ready(client_of(peer, clock), gids, clock=clock)
    assert (first.url, second.url, second.typename) == (
        "https://cdn/1.pdf",
        "https://cdn/2.png",
        "MediaImage",
    )
    assert len(clock.slept) == 3
    assert clock.slept[0] < clock.slept[2]
    assert peer.sent[-1].content["variables"] == {"ids": [gids[0]]}


async def test_a_file_that_is_not_ready_in_time_is_to_be_looked_at_again() -> None:
    clock = HurriedClock()
    peer = ScriptedPeer(*[states(file(1, "PROCESSING"))] * 50)
    with pytest.raises(FileNotReady, match="1 of 1"):
        await wait_until_ready(
            client_of(peer, clock), ["gid://shopify/GenericFile/1"], within_s=30, clock=clock
        )


async def test_a_file_that_failed_tells_its_reasons() -> None:
    peer = ScriptedPeer(states(file(1, "FAILED", "INVALID_IMAGE_RESOLUTION")))
    with pytest.raises(FileRefused, match="INVALID_IMAGE_RESOLUTION") as raised:
        await wait_until_ready(client_of(peer), ["gid://shopify/GenericFile/1"])
    assert raised.value.codes == ("INVALID_IMAGE_RESOLUTION",)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (["FILENAME_ALREADY_EXISTS"], FileRefused),
        (["IMAGE_DOWNLOAD_FAILURE"], FileNotReady),
        (["FILE_LOCKED", "UNKNOWN"], FileNotReady),
        ([], FileNotReady),
        (["a word of the shop's"], FileNotReady),
        (["FILE_STORAGE_LIMIT_EXCEEDED", "UNKNOWN"], ShopStorageFull),
        (["IMAGE_DOWNLOAD_FAILURE", "UNSUPPORTED_IMAGE_FILE_TYPE"], FileRefused),
    ],
)
async def test_each_reason_is_for_good_or_passes_or_is_a_persons_business(
    codes: list[str], kind: type[Exception]
) -> None:
    with pytest.raises(kind) as raised:
        await create_files(
            client_of(ScriptedPeer(created(codes=tuple(codes) or ("",)))), [NewFile(source_url="https://r")]
        )
    assert type(raised.value) is kind
    assert "word" not in str(raised.value)


def test_only_a_lasting_reason_rejects_the_event() -> None:
    assert isinstance(failure_of(["INVALID"], "x"), Rejected)
    assert isinstance(failure_of(["UNKNOWN"], "x"), Retryable)
    assert isinstance(failure_of(["UNACCEPTABLE_TRIAL_ASSET"], "x"), OperatorNeeded)
