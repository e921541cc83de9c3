"""Where people find the page: in every network of this machine, or where its owner says."""

from __future__ import annotations

import re
import socket
import sys
from types import SimpleNamespace

import pytest

from ui.server import reach
from ui.server.reach import Reach

CARDS = {
    "lo": "127.0.0.1",
    "docker0": "172.17.0.1",
    "eth0": "192.0.2.7",
    "wlan0": "198.51.100.7",
    "off0": "203.0.113.1",
    "usb0": "169.254.3.4",
}


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine in two networks, with a container's, one that is down, and one that gave itself an address."""
    addresses = {
        name: [SimpleNamespace(family=socket.AF_INET, address=one), SimpleNamespace(family=-1, address="02:00")]
        for name, one in CARDS.items()
    }
    stats = {name: SimpleNamespace(isup=name != "off0") for name in CARDS}
    monkeypatch.setitem(sys.modules, "psutil", SimpleNamespace(net_if_stats=lambda: stats, net_if_addrs=lambda: addresses))


@pytest.mark.usefixtures("cards")
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]"])
def test_a_server_for_everybody_is_found_in_every_network_the_containers_last(host: str) -> None:
    assert Reach(host).rooms(7860) == [
        ("eth0", "http://192.0.2.7:7860/"), ("wlan0", "http://198.51.100.7:7860/"), ("docker0", "http://172.17.0.1:7860/"),
    ]  # fmt: skip


@pytest.mark.usefixtures("cards")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_a_server_for_this_machine_alone_is_found_in_none(host: str) -> None:
    assert Reach(host).rooms(7860) == [] and Reach(host).tags(7860) == ""


def test_one_address_or_name_that_is_listened_to_is_the_only_one() -> None:
    assert Reach("192.0.2.9").rooms(1) == [("", "http://192.0.2.9:1/")]
    assert Reach("2001:db8::9").rooms(1) == [("", "http://[2001:db8::9]:1/")]
    assert Reach("lecturer.example").rooms(1) == [("", "http://lecturer.example:1/")]


@pytest.mark.usefixtures("cards")
def test_the_page_is_told_both_and_nothing_in_them_ends_the_tag() -> None:
    tags = Reach("0.0.0.0", ["https://example.org/gan", 'gan.example"><b>']).tags(7860)
    assert re.findall(r'name="([\w-]+)" content="(\S+) ', tags) == [
        ("gan-room", "http://192.0.2.7:7860/"),
        ("gan-public-url", "https://example.org/gan/"),
    ]
    assert "<b>" not in tags and "https://gan.example&quot;" in tags


def test_without_psutil_the_machines_name_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    monkeypatch.setattr(
        reach.socket, "getaddrinfo", lambda *_: [(0, 0, 0, "", (one, 0)) for one in ("127.0.1.1", "192.0.2.7", "192.0.2.7")]
    )
    assert reach.networks() == [("", "192.0.2.7")]
    monkeypatch.setattr(reach.socket, "getaddrinfo", lambda *_: (_ for _ in ()).throw(OSError))
    assert reach.networks() == []
