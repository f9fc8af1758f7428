from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from muniment_kit.errors import SettingsError
from muniment_ops.signing import KEY_VARIABLE, Signature, Signer, signer_from_environment, signer_of


def pem(key: object) -> bytes:
    content: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined]  # any key
    return content


def test_a_signature_covers_what_was_signed_and_nothing_else() -> None:
    signature = Signer(Ed25519PrivateKey.generate()).sign(b"a report")
    assert signature.covers(b"a report")
    assert not signature.covers(b"a repost")


def test_a_signature_file_is_read_back_as_it_was_written() -> None:
    signature = Signer(Ed25519PrivateKey.generate()).sign(b"a report")
    assert Signature.from_json(signature.to_json()) == signature


def test_another_key_in_the_file_does_not_cover_the_report() -> None:
    signature = Signer(Ed25519PrivateKey.generate()).sign(b"a report")
    other = Signer(Ed25519PrivateKey.generate()).sign(b"a report")
    assert not Signature(other.public_key, signature.value).covers(b"a report")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"algorithm": "RSA"}', b'{"algorithm": "Ed25519"}'])
def test_what_is_no_signature_file_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(ValueError, match="no signature file"):
        Signature.from_json(content)


def test_the_environment_names_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert signer_from_environment() is None
    path = tmp_path / "key.pem"
    path.write_bytes(pem(Ed25519PrivateKey.generate()))
    monkeypatch.setenv(KEY_VARIABLE, str(path))
    signer = signer_from_environment()
    assert signer is not None
    assert signer.sign(b"x").covers(b"x")


def test_a_key_that_is_missing_or_of_another_kind_is_a_fault_in_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        signer_of(tmp_path / "none.pem")
    other = tmp_path / "ec.pem"
    other.write_bytes(pem(generate_private_key(SECP256R1())))
    with pytest.raises(SettingsError, match="not an Ed25519 key"):
        signer_of(other)
