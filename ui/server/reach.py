"""Where people find this page: the addresses of this machine in its networks, and those that its owner says a proxy leads from.

A page that is open at `localhost` cannot know them, and a link or a QR code that says localhost opens nothing on another machine.
"""

from __future__ import annotations

import html
import ipaddress
import socket
from dataclasses import dataclass, field

from ui.settings import LOCAL

_EVERYWHERE = ("0.0.0.0", "::", "")
# Made by containers and virtual machines for themselves: the people in the room are on none of them, so they come last.
_OWN = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "vEthernet")


@dataclass
class Reach:
    """The addresses under which others open the page.

    Args:
        host: what the server listens on.
        public: whole addresses such as https://example.org/gan, where the owner or a tunnel has said some.
    """

    host: str = LOCAL[0]
    public: list[str] = field(default_factory=list)

    def rooms(self, port: int) -> list[tuple[str, str]]:
        """Network and address of this page in each network of this machine; none where only the machine itself is listened to."""
        host = self.host.strip("[]")
        addresses = networks() if host in _EVERYWHERE else [("", host)]
        return [(name, f"http://{_bracketed(address)}:{port}/") for name, address in addresses if not _is_local(address)]

    def tags(self, port: int) -> str:
        """What `ui/static/share/room.js` reads: elements of the page's head."""
        said = {"gan-room": [address for _, address in self.rooms(port)], "gan-public-url": list(map(whole, self.public))}
        return "".join(f'<meta name="{name}" content="{html.escape(" ".join(urls))}">' for name, urls in said.items() if urls)


def networks() -> list[tuple[str, str]]:
    """Name and IPv4 address of every network that this machine is in, those of its containers last; loopback is none."""
    try:
        import psutil

        up = {name for name, card in psutil.net_if_stats().items() if card.isup}
        cards = [
            (name, one.address)
            for name, all_ in psutil.net_if_addrs().items()
            if name in up
            for one in all_
            if one.family == socket.AF_INET
        ]
    except (ImportError, OSError):  # it is not everywhere allowed to look
        cards = [("", address) for address in _by_name()]
    return sorted((card for card in cards if not _is_local(card[1])), key=lambda card: card[0].startswith(_OWN))


def whole(url: str) -> str:
    """An address as a link needs it: a bare name is taken for one with https, and it ends with a slash."""
    return f"{url if '://' in url else f'https://{url}'}".rstrip("/") + "/"


def _by_name() -> list[str]:
    try:
        return sorted({str(place[0]) for *_, place in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)})
    except OSError:
        return []


def _is_local(address: str) -> bool:
    """Whether nobody else reaches it: loopback, and what a machine gives itself where no network gives it one."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address in LOCAL
    return known.is_loopback or known.is_link_local


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
