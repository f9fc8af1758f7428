"""Ed25519 signatures beside reports that must be shown to be unaltered (RFC 8032).

The key is a PEM file (PKCS #8, unencrypted), made with ``openssl genpkey -algorithm ed25519``; the setting
``MUNIMENT_SIGNING_KEY_FILE`` names it. A signature is a small JSON file beside what it signs, and holds the
public key: whoever checks compares that key's fingerprint with the one the signer published.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from muniment_kit.errors import SettingsError

KEY_VARIABLE = "MUNIMENT_SIGNING_KEY_FILE"


@dataclass(frozen=True, slots=True)
class Signature:
    """A detached signature. ``public_key`` and ``value`` are the 32 and 64 bytes of RFC 8032."""

    public_key: bytes
    value: bytes

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the public key in hex: what people compare."""
        return hashlib.sha256(self.public_key).hexdigest()

    def covers(self, content: bytes) -> bool:
        """Say whether the holder of the key signed exactly ``content``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.value, content)
        except (InvalidSignature, ValueError):
            return False
        return True

    def to_json(self) -> bytes:
        """Return the content of a signature file."""
        return orjson.dumps(
            {
                "algorithm": "Ed25519",
                "public_key": base64.b64encode(self.public_key).decode(),
                "public_key_sha256": self.fingerprint,
                "signature": base64.b64encode(self.value).decode(),
            },
            option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
        )

    @classmethod
    def from_json(cls, content: bytes) -> Signature:
        """Read a signature file. Raises ``ValueError`` if it is none."""
        try:
            told = orjson.loads(content)
            if told["algorithm"] != "Ed25519":
                raise ValueError("the algorithm is not Ed25519")
            return cls(
                base64.b64decode(told["public_key"], validate=True),
                base64.b64decode(told["signature"], validate=True),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"This is no signature file: {error}.") from error


class Signer:
    """Signs with one private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, content: bytes) -> Signature:
        """Return the signature of ``content``."""
        return Signature(self._key.public_key().public_bytes_raw(), self._key.sign(content))


def signer_of(path: Path) -> Signer:
    """Return the signer of the key in ``path``. Raises ``SettingsError``."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            [f"The signing key {path} cannot be read ({type(error).__name__}): name an unencrypted PEM file."]
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError([f"The signing key {path} is not an Ed25519 key."])
    return Signer(key)


def signer_from_environment() -> Signer | None:
    """Return the signer that ``MUNIMENT_SIGNING_KEY_FILE`` names, if any. Raises ``SettingsError``."""
    named = os.environ.get(KEY_VARIABLE)
    return signer_of(Path(named)) if named else None
