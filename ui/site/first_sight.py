"""The first sight of a page: the picture that its address asks for, drawn before any network has travelled, and the modules it will need.

Both builds use it: the web process for every address, the static build for the view that the page opens on.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import functools
import html
import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl

import numpy as np

from gan_core import classes
from gan_core.arrays import Array, Floats
from gan_core.config import MAX_SEED
from gan_core.errors import ConfigError
from gan_core.imaging import pixels, waveforms
from gan_core.kind import MOST_LABELS
from gan_core.model.latent import Prior
from gan_core.model.program import Program

T = TypeVar("T")
VERSION = "1"
LONGEST = 8000
_SIDE, _MARGIN = 960, 16  # of a signal's picture, in pixels: twice as many as it usually has on screen
# what a model of other classes than digits is first asked for, and blended with: as ui/static/state/modellist.js
SYLLABLES, HANGUL = ("한", "글"), (19, 21, 28)
SHOWN = (("outer race · 2,400 rpm", "normal · 2,400 rpm"),)
OPENING = Path(__file__).parents[1] / "static" / "state" / "opening.js"
# of a statement: names, braces and "from", never the body of what is exported, whose comments name modules too
_IMPORT = re.compile(r"^(?:import|export)\b(?:[\w$\s{},*]*?\bfrom\b)?\s*[\"'](\.{1,2}/[\w./-]+\.js)[\"']", re.MULTILINE)


@dataclass(frozen=True)
class Opening:
    """The part of a link (docs/formats.md, section 6) that says what the large digit looks like. A field not given is as in `view.js`."""

    model: str | None = None
    seed: int = 25
    psi: float = 1.0
    digit: int = 3
    other: int = 8
    blend: float = 0.0
    epoch: int | None = None
    smooth: bool = False
    z: tuple[float, ...] | None = None
    edits: tuple[tuple[int, float], ...] = field(default=())
    linked: bool = True

    def asking(self, classes: Sequence[str], groups: Sequence[int]) -> Opening:
        """Where no link said anything: asked for what a model of these classes is first asked for (`firstAsked` of state/modellist.js)."""
        if self.linked or not classes:
            return self
        names = [[classes.index(name) for name in names if name in classes] for names in SHOWN]
        labels = (
            [ord(letter) - ord("가") for letter in SYLLABLES]
            if tuple(groups) == HANGUL
            else next((found for found in names if len(found) == 2), [0, 1])
        )
        return dataclasses.replace(self, digit=labels[0], other=labels[1])

    @staticmethod
    def read(query: str) -> Opening:
        """What a query asks for. Without a view in it: where the page opens.

        Raises: ConfigError for one that the page itself will refuse.
        """
        given = dict(parse_qsl(query[: LONGEST + 1], keep_blank_values=True))
        if "v" not in given:
            return Opening(seed=opening_seed(), linked=False)
        if given["v"] != VERSION or len(query) > LONGEST:
            raise ConfigError(f"this is no link of version {VERSION} with at most {LONGEST} characters.")
        plain = Opening()

        def of(name: str, read: Callable[[str], T], default: T) -> T:
            return read(given[name]) if name in given else default

        try:
            z, edits = _unpack(given.get("z", "e"))
            return Opening(of("m", str, plain.model), of("s", _whole(MAX_SEED), plain.seed), of("psi", _share(2), plain.psi),
                           of("d", _whole(MOST_LABELS - 1), plain.digit), of("o", _whole(MOST_LABELS - 1), plain.other), of("b", _share(1), plain.blend),
                           of("e", _whole(2**31), plain.epoch), of("px", _flag, plain.smooth), z, edits)  # fmt: skip
        except (ValueError, binascii.Error) as error:
            raise ConfigError(f"the link cannot be read ({error}); expected what *Copy link* gives.") from error

    def latent(self, prior: Prior) -> Floats:
        """z `[1, latent_dim]`, spread applied. Raises ConfigError where it does not fit the model."""
        z = prior.sample(1, self.seed) if self.z is None else np.asarray([self.z], np.float32)
        if z.shape[1] != prior.latent_dim or any(index >= prior.latent_dim for index, _ in self.edits):
            raise ConfigError(f"the link's z does not fit a model of {prior.latent_dim} numbers.")
        for index, value in self.edits:
            z[0, index] = value
        return prior.spread(z, self.psi)

    def weights(self, num_classes: int, groups: tuple[int, ...] = ()) -> Floats | None:
        """Class weights `[1, num_classes]`, or None. Raises ConfigError for a digit, or a label of groups, that the model does not know."""
        if not num_classes:
            return None
        own, other = classes.weights([self.digit, self.other], num_classes, groups)
        return np.asarray([(1 - self.blend) * own + self.blend * other], np.float32)

    def png(self, generator: Program, prior: Prior, groups: tuple[int, ...] = (), names: tuple[str, ...] = ()) -> bytes:
        """The picture, pixel for pixel; `groups` and `names` are those of the model's classes. Raises ConfigError."""
        drawn = generator.run(self.latent(prior), self.asking(names, groups).weights(generator.num_classes, groups))
        unit = pixels.to_unit(drawn, generator.output["range"])
        return pixels.encode_png(_instrument(unit) if waveforms.are_signals(unit) else pixels.to_uint8(unit)[0])


def _instrument(unit: Floats) -> Array:
    """The large picture of a signal, as it stands once the page is there (ui/static/signal/signal.css): above the waveform, below it room for its spectra."""
    frame = np.zeros((_SIDE, _SIDE), np.uint8)
    wave = waveforms.paint(unit[:1], 3 * _SIDE // 8, _SIDE - 2 * _MARGIN)[0]
    frame[: len(wave), _MARGIN:-_MARGIN] = wave if wave.ndim == 2 else wave.max(axis=2)
    return frame


@functools.cache
def opening_seed() -> int:
    """The seed that the page opens on. Raises ConfigError where its module does not say."""
    match = re.search(r"OPENING = \{ seed: (\d+),", OPENING.read_text(encoding="utf-8"))
    if not match:
        raise ConfigError(f"{OPENING.name} names no seed; restore it.")
    return int(match[1])


def image(png: bytes, smooth: bool = False) -> str:
    """The picture as an element of HTML that needs no request; `digit.js` takes it over by its id."""
    look = "gan-digit gan-smooth" if smooth else "gan-digit"
    data = base64.b64encode(png).decode()
    return f'<img id="gan-opening" class="{look}" elementtiming="gan-opening" alt="" src="data:image/png;base64,{data}">'


def skeleton(static: Path, image: str, title: str, say: Callable[[str], str] = str) -> str:
    """The Explore tab with nothing in it but the digit and the name of what draws it, each thing in its place; `say` translates. Raises OSError."""
    page = (static / "shell" / "site" / "first.html").read_text(encoding="utf-8")
    return page.replace("__DRAWS__", html.escape(say("draws"))).replace("__TITLE__", html.escape(title)).replace("__PICTURE__", image)


def modules(folder: Path, entry: str) -> list[str]:
    """Names of the modules that `entry` needs before it can run, itself first, so that a page can ask for all of them at once.

    Raises: OSError when one is missing.
    """
    names = [entry]
    for name in names:
        text = (folder / name).read_text(encoding="utf-8")
        wanted = [posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) for path in _IMPORT.findall(text)]
        names += [path for path in dict.fromkeys(wanted) if path not in names]
    return names


def _whole(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or int(text) > most:
            raise ValueError(f"{text[:20]!r} is no whole number up to {most}")
        return int(text)

    return read


def _share(most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not re.fullmatch(r"\d+(\.\d+)?(e-?\d+)?", text, re.ASCII) or not 0 <= float(text) <= most:
            raise ValueError(f"{text[:20]!r} is no number from 0 to {most}")
        return float(text)

    return read


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"{text[:20]!r} is neither 0 nor 1")
    return text == "1"


def _unpack(text: str) -> tuple[tuple[float, ...] | None, tuple[tuple[int, float], ...]]:
    """The `z` of a link: all of it, or None and the coordinates that differ from what the seed gives."""
    if text == "e":
        return None, ()
    packed = text.removeprefix("e.")
    data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    if packed == text:
        return tuple(_checked(np.frombuffer(data, "<f4"))), ()
    pairs = np.frombuffer(data, np.uint8).reshape(-1, 6)
    indices = pairs[:, :2].copy().view("<u2").ravel()
    return None, tuple(zip(indices.tolist(), _checked(pairs[:, 2:].copy().view("<f4").ravel()), strict=True))


def _checked(values: Array) -> list[float]:
    if not (np.abs(values) <= 1e6).all():
        raise ValueError("a number of z is out of range")
    return [float(value) for value in values]
