"""Where the web process finds its folders and what it allows, read once from the environment and the command line."""

from __future__ import annotations

import dataclasses
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, TypeVar, Unpack
from urllib.parse import urlsplit

from gan_core import environment
from gan_core.config import check_choice, check_integer, check_number
from gan_core.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path(__file__).resolve().parent / "static"
CONTROL = ("token", "anyone", "nobody")
ON_EXIT = ("keep", "stop")
T = TypeVar("T")
LOCAL = ("127.0.0.1", "localhost", "::1")
SPACES = ("https://huggingface.co", "https://*.hf.space")


class Options(TypedDict, total=False):
    """What the command line or a notebook says of the fields of Settings; None where it does not."""

    control: str | None
    public_url: str | None
    root_path: str | None
    frames: tuple[str, ...] | None
    hub: bool | None
    max_runs: int | None
    max_queue: int | None
    visitors: bool | None
    visitor_steps: int | None
    visitor_minutes: float | None
    on_exit: str | None


@dataclass(frozen=True)
class Settings:
    """Folders of checkpoints and runs, and who may train what.

    `control` says who may start, stop and change runs; `token` is what opens that to a browser where it is 'token'. At most `max_runs`
    train at once and `max_queue` wait. `visitors` may then start runs of their own, of at most `visitor_steps` and `visitor_minutes`.
    `hub`: whether visitors may have the server take public models from the Hugging Face Hub.
    `only_local`: 'anyone' is anyone on this machine, not who comes through a proxy or a tunnel.
    `on_exit` says what becomes of the runs when the web server stops. `recordings` has what the failure lab shows where nothing is trained.
    `root_path`: below which a proxy leads here, such as "/demo", whether it takes that off or not; needed for those that leave it.
    `loopback`: only this machine reaches the server, which then answers to its own names and those of `public_urls`; pages of the origins
    `frames` may show this one inside theirs.
    """

    checkpoints: Path = ROOT / "checkpoints"
    runs: Path = ROOT / "runs"
    training: bool = True
    control: str = "anyone"
    token: str = ""
    max_runs: int = 1
    max_queue: int = 8
    visitors: bool = False
    visitor_steps: int = 5000
    visitor_minutes: float = 3.0
    on_exit: str = "keep"
    recordings: Path = ROOT / "recordings"
    loopback: bool = True
    public_urls: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    only_local: bool = False
    hub: bool = False
    root_path: str = ""

    def __post_init__(self) -> None:
        check_choice("--control", self.control, CONTROL)
        check_choice("--on-exit", self.on_exit, ON_EXIT)
        for name, low, high in (("max_runs", 1, 64), ("max_queue", 0, 1000), ("visitor_steps", 1, 10_000_000)):
            object.__setattr__(self, name, check_integer(f"--{name.replace('_', '-')}", getattr(self, name), low, high))
        object.__setattr__(self, "root_path", _checked_root(self.root_path))
        object.__setattr__(self, "visitor_minutes", check_number("--visitor-minutes", self.visitor_minutes, 0.01, 10_000))
        if self.control == "token" and not 8 <= len(self.token) <= 200:
            raise ConfigError(f"GAN_CONTROL_TOKEN has {len(self.token)} characters; expected 8 to 200, or none for a random one.")

    @staticmethod
    def from_environment(host: str | None = None, **options: Unpack[Options]) -> Settings:
        """What `gan_core/environment.py` finds; the folders are those beside `app.py` where it finds none.

        Args:
            host: the address to listen on; beyond this machine, or through Gradio's tunnel, control needs a token unless something else is said.
            options: fields that the command line gave; None where it did not.
        Raises: ConfigError when one of them is none of what is possible.
        """
        loopback = (host or environment.text("GRADIO_SERVER_NAME") or LOCAL[0]).strip("[]") in LOCAL
        said = options.get("control") or environment.text("GAN_CONTROL").lower()
        control = said or ("anyone" if loopback and not environment.is_shared() else "token")
        check_choice("GAN_CONTROL", control, CONTROL)
        return Settings(
            checkpoints=environment.checkpoints(Settings.checkpoints),
            runs=environment.runs(Settings.runs),
            recordings=environment.recordings(Settings.recordings),
            training=environment.switch("GAN_TRAINING", default=not environment.on_space()),
            control=control,
            only_local=not said,
            token=environment.text("GAN_CONTROL_TOKEN") or (secrets.token_urlsafe(16) if control == "token" else ""),
            loopback=loopback,
            public_urls=tuple((options.get("public_url") or "").split()) or _addresses(),
            root_path=options.get("root_path") or environment.text("GRADIO_ROOT_PATH"),
            frames=options.get("frames") or environment.words("GAN_FRAMES") or (SPACES if environment.on_space() else ()),
            hub=_or(options.get("hub"), environment.switch("GAN_HUB", default=False)),
            max_runs=_or(options.get("max_runs"), Settings.max_runs),
            max_queue=_or(options.get("max_queue"), Settings.max_queue),
            visitors=_or(options.get("visitors"), Settings.visitors),
            visitor_steps=_or(options.get("visitor_steps"), Settings.visitor_steps),
            visitor_minutes=_or(options.get("visitor_minutes"), Settings.visitor_minutes),
            on_exit=_or(options.get("on_exit"), Settings.on_exit),
        )


def _or(said: T | None, default: T) -> T:
    return default if said is None else said


def as_shared(settings: Settings) -> Settings:
    """The same where a tunnel leads here from the internet: 'anyone' was said of nobody there, so control needs a token. What was said stays."""
    if not settings.only_local or settings.control != "anyone":
        return settings
    return dataclasses.replace(settings, control="token", token=settings.token or secrets.token_urlsafe(16))


def _checked_root(root: str) -> str:
    """ "/demo" of "demo/", of "/demo" and of a whole address, whose name is for `public_urls`. Raises ConfigError."""
    path = (urlsplit(root).path if "://" in root else root).strip("/")
    if not re.fullmatch(r"[\w.~%/-]*", path) or ".." in path or "//" in path:
        raise ConfigError(f"--root-path is {root[:80]!r}; expected the path under which the page is found, such as /demo.")
    return path and f"/{path}"


def _addresses() -> tuple[str, ...]:
    """Under which a proxy leads here; Gradio's own variable may be a mere path."""
    return environment.words("GAN_PUBLIC_URL") + tuple(word for word in environment.words("GRADIO_ROOT_PATH") if "://" in word)
