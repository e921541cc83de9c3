"""Which page has a browser ask, and what the browser is told about the answer: Host, Origin, Fetch metadata, frames, content policy.

Sources: Fetch metadata https://www.w3.org/TR/fetch-metadata/, CSP https://www.w3.org/TR/CSP3/; DNS rebinding: Jackson et al., CCS 2007.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from ui.server.table import Frame, Rule, Site
from ui.settings import LOCAL

_INLINE = re.compile(rb"<script\b(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_OTHER = ("cross-site", "same-site")
_PORTS = {"http": 80, "https": 443}
_FOREIGN = "This request came from a page of another site; expected the page of this server. Open that and try again."
SCRIPTS = "x-gan-scripts"  # the header in which the page says the hashes of the scripts that stand in it; it does not go out
# Gradio compiles templates of gr.HTML with `new Function` and writes styles into the page: hence the two 'unsafe'.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' blob:{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; media-src 'self' data: blob:; connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'none'; frame-src 'none'"
)


@dataclass
class Sites:
    """What this server may be called, and who may show it inside a page.

    Args:
        loopback: it listens to this machine alone, so that any other name in `Host` is a trick (DNS rebinding).
        names: other host names that lead here, such as that of a reverse proxy; `port` where it is part of the address.
        frames: origins whose pages may show this one inside theirs.
    """

    loopback: bool = True
    names: set[str] = field(default_factory=set)
    frames: tuple[str, ...] = ()

    def wrong_host(self, host: str) -> str:
        """What is wrong with the Host of a request, or ""."""
        name = _name(host)
        if not name:
            return "The request does not say which host it means (header Host). Open the address that was printed where the server was started."
        if self.loopback and name not in LOCAL and name not in map(_name, self.names):
            return (
                f"This server is not called {name[:80]!r}; expected {', '.join(LOCAL)}. Where a proxy leads here, start it with "
                "--public-url and the address that people open."
            )
        return ""

    def wrong_site(self, rule: Rule, method: str, headers: Mapping[str, str]) -> str:
        """Why a page may not have this asked, or "". Whoever is no browser sends none of these headers and is let through."""
        if rule.site is Site.OPEN:
            return ""
        other = headers.get("sec-fetch-site", "").lower() in _OTHER
        if rule.site is Site.ACTS:
            return _FOREIGN if other or not self._is_own(headers) else ""
        followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document" and not rule.gated
        return _FOREIGN if other and not followed else ""

    def _is_own(self, headers: Mapping[str, str]) -> bool:
        """Whether Origin, where there is one, is this server under one of its names. No page can choose X-Forwarded-Host for another's server."""
        origin = headers.get("origin")
        if origin is None:
            return True
        scheme, _, place = origin.partition("://")
        own_names = (headers.get("host", ""), headers.get("x-forwarded-host", "").split(",")[0].strip(), *self.names)
        return scheme in _PORTS and any(name and _place(scheme, place) == _place(scheme, name) for name in own_names)

    def headers(self, rule: Rule | None, query: str, media_type: str, scripts: str = "") -> list[tuple[bytes, bytes]]:
        """What goes along with an answer; `scripts` are the hashes of those that stand in a page."""
        around = self._ancestors(rule, query)
        page = media_type.startswith("text/html")
        fields = {
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "content-security-policy": f"{_POLICY.format(scripts=scripts and ' ' + scripts)}; {around}" if page else around,
        }
        if around.endswith(("'none'", "'self'")):
            fields["x-frame-options"] = "DENY" if around.endswith("'none'") else "SAMEORIGIN"
        if media_type.startswith("text/event-stream"):
            fields["x-accel-buffering"] = "no"  # nginx would keep events until it has a page of them
        return [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]

    def _ancestors(self, rule: Rule | None, query: str) -> str:
        where_asked = rule is not None and rule.frame is Frame.WHERE_ASKED
        if not where_asked or any(name == "control" for name, _ in parse_qsl(query, keep_blank_values=True)):
            return "frame-ancestors 'none'"
        return " ".join(("frame-ancestors 'self'", *self.frames))


def hashes_of(page: bytes) -> str:
    """The scripts that stand in a page, as a content policy names them; no other one may be put into it."""
    return " ".join(
        dict.fromkeys(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in _INLINE.findall(page))
    )


def names_of(urls: Iterable[str]) -> set[str]:
    """Host and port of addresses, or of bare names."""
    return {urlsplit(url if "://" in url else f"//{url}").netloc.lower() for url in urls} - {""}


def _name(host: str) -> str:
    """The name in a Host header without its port, in lower case; "" where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "") if not set(host) & set("/@\\?# ") else ""
    except ValueError:
        return ""


def _place(scheme: str, host: str) -> tuple[str, int | None]:
    """Name and port, which need not be said where it is that of the scheme."""
    try:
        return _name(host), urlsplit(f"//{host}").port or _PORTS[scheme]
    except ValueError:
        return host, None
