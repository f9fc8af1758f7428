"""Links in Shopify's answers are called only where that was allowed."""

from __future__ import annotations

import pytest

from muniment_kit.http import PeerSettings
from muniment_shopify.errors import LinkRefused, OperatorNeeded
from muniment_shopify.links import SHOPIFY_LINK_HOSTS, ShopLinks, shop_links

SANDBOX = PeerSettings(allow_private=True)


@pytest.mark.parametrize("host", sorted(SHOPIFY_LINK_HOSTS))
def test_where_shopify_keeps_its_files_is_allowed(host: str) -> None:
    links = ShopLinks()
    first = links.peer_of(f"https://{host}/a?X-Goog-Signature=1")
    assert links.peer_of(f"https://{host.upper()}:443/b") is first


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/a",
        "https://storage.googleapis.com.evil.example/a",
        "https://storage.googleapis.com:8443/a",
        "https://storage.googleapis.com@evil.example/a",
        "https://user@storage.googleapis.com/a",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a",
        "http://127.0.0.1:8080/a",
        "http://storage.googleapis.com/a",
        "ftp://storage.googleapis.com/a",
        "file:///etc/passwd",
        "//storage.googleapis.com/a",
        "/a",
        "",
        "https://storage.googleapis.com:port/a",
        "https://[storage.googleapis.com/a",
    ],
)
def test_any_other_link_is_refused(link: str) -> None:
    with pytest.raises(LinkRefused):
        ShopLinks().peer_of(link)


def test_the_refusal_names_the_host_for_a_person_and_nothing_of_the_link() -> None:
    with pytest.raises(LinkRefused, match=r"evil\.example") as raised:
        ShopLinks().peer_of("https://evil.example\r\n/a?X-Goog-Signature=secret")
    assert isinstance(raised.value, OperatorNeeded)
    assert "secret" not in str(raised.value)
    assert "\r" not in str(raised.value)


def test_a_host_may_be_added_by_a_setting() -> None:
    links = shop_links(hosts={*SHOPIFY_LINK_HOSTS, "Files.Example"})
    assert links.peer_of("https://files.example/a") is not links.peer_of("https://cdn.shopify.com/a")


def test_a_private_address_is_refused_even_when_its_host_is_allowed_unless_private_ones_are() -> None:
    with pytest.raises(LinkRefused, match="private or reserved"):
        shop_links(hosts={"10.0.0.7"}).peer_of("https://10.0.0.7/a")
    shop_links(SANDBOX, hosts={"10.0.0.7"}).peer_of("https://10.0.0.7/a")


def test_a_sandboxs_links_lead_to_itself_and_to_no_other_port() -> None:
    links = shop_links(SANDBOX, base_url="http://127.0.0.1:8080")
    links.peer_of("http://127.0.0.1:8080/bulk/1.jsonl?key=1")
    with pytest.raises(LinkRefused):
        links.peer_of("http://127.0.0.1:8081/bulk/1.jsonl?key=1")
