"""One shop by variables, several by a file, secrets by files: and the sentence when something is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from muniment_kit.errors import SettingsError
from muniment_kit.settings import read
from shopify_ingest.settings import ReceiveSettings, RecordSettings, ShopsSettings
from shopify_ingest.shops import ShopNotServed, admin_clients, client_of

TWO_SHOPS = """
[[shops]]
domain = "northwind.myshopify.com"
webhook_secrets = ["new", "old"]
client_id = "app"
client_secret = "new"

[[shops]]
domain = "Eastwind.myshopify.com"
webhook_secrets = ["other"]
access_token = "shpat_1"
admin_url = "http://127.0.0.1:8081"
allow_private_addresses = true
"""


def shops_file(folder: Path, text: str = TWO_SHOPS) -> str:
    file = folder / "shops.toml"
    file.write_text(text)
    return str(file)


def test_one_shop_by_variables() -> None:
    settings = ReceiveSettings(shop="Northwind.myshopify.com", webhook_secrets=(SecretStr("s"),))
    (access,) = settings.shops().values()
    assert (access.handle, access.signing_keys) == ("northwind", (b"s",))


def test_several_shops_by_a_file(tmp_path: Path) -> None:
    for settings in (
        ReceiveSettings(shops_file=shops_file(tmp_path)),
        RecordSettings(shops_file=shops_file(tmp_path)),
    ):
        shops = settings.shops()
        assert list(shops) == ["northwind", "eastwind"]
        assert shops["northwind"].signing_keys == (b"new", b"old")
        assert shops["eastwind"].admin_url == "http://127.0.0.1:8081"
        assert all(access.asks_in_one_way for access in shops.values())


def test_secrets_may_lie_in_files(tmp_path: Path) -> None:
    secrets, token = tmp_path / "secrets", tmp_path / "token"
    secrets.write_text("new\n\nold\n")
    token.write_text("shpat_1\n")
    settings = RecordSettings(
        shop="northwind.myshopify.com", webhook_secrets_file=str(secrets), access_token_file=str(token)
    )
    access = settings.shops()["northwind"]
    assert access.signing_keys == (b"new", b"old")
    assert access.access_token.get_secret_value() == "shpat_1"


@pytest.mark.parametrize(
    ("settings", "given", "said"),
    [
        (ShopsSettings, {}, "set either SHOPIFY_INGEST_SHOP or SHOPIFY_INGEST_SHOPS_FILE"),
        (ReceiveSettings, {"shop": "northwind.myshopify.com"}, "must name the app's client secret"),
        (RecordSettings, {"shop": "northwind.myshopify.com"}, "set either SHOPIFY_INGEST_ACCESS_TOKEN"),
        (
            ShopsSettings,
            {"shop": "a.myshopify.com", "webhook_secrets": "s", "webhook_secrets_file": "/a"},
            "webhook_secrets and webhook_secrets_file are both set: keep one",
        ),
        (
            ShopsSettings,
            {"shop": "a.myshopify.com", "client_secret_file": "/nowhere"},
            "the file that client_secret_file names cannot be read (FileNotFoundError)",
        ),
        (ShopsSettings, {"shops_file": "/nowhere"}, "cannot be read as TOML (FileNotFoundError)"),
    ],
)
def test_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, settings: type[ShopsSettings], given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"SHOPIFY_INGEST_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        read(settings)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must hold a table [[shops]] for each shop"),
        ("shops = 1", "must hold a table [[shops]] for each shop"),
        ("not TOML canary", "cannot be read as TOML (TOMLDecodeError)"),
        ('[[shops]]\ndomain = "evil.example"', "shop 1: domain: A shop domain has the form"),
        (f'{TWO_SHOPS}[[shops]]\ndomain = "northwind.myshopify.com"', "names a shop twice"),
        ('[[shops]]\ndomain = "a.myshopify.com"\nsecret = "canary"', "shop 1: secret: Extra inputs"),
        ('[[shops]]\ndomain = "a.myshopify.com"\nwebhook_secrets = 7', "shop 1: webhook_secrets: "),
    ],
)
def test_a_file_that_does_not_say_what_it_should(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        ShopsSettings(shops_file=shops_file(tmp_path, text))
    assert said in str(caught.value)
    assert "canary" not in str(caught.value).partition("[type=")[0]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (ReceiveSettings, "webhook_secrets of the shop eastwind must name"),
        (RecordSettings, "the shop eastwind needs either access_token, or both client_id and client_secret"),
    ],
)
def test_a_role_says_which_shop_of_the_file_lacks_what(
    tmp_path: Path, settings: type[ShopsSettings], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        settings(shops_file=shops_file(tmp_path, '[[shops]]\ndomain = "eastwind.myshopify.com"'))


async def test_every_shop_has_its_client_and_another_is_an_operators_fault(tmp_path: Path) -> None:
    settings: Any = RecordSettings(shops_file=shops_file(tmp_path))
    async with admin_clients(settings) as clients:
        assert client_of(clients, "eastwind").shop == "eastwind.myshopify.com"
        assert client_of(clients, "northwind").shop == "northwind.myshopify.com"
        with pytest.raises(ShopNotServed, match="'westwind'"):
            client_of(clients, "westwind")
