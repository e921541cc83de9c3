"""What is done to a person's own pictures, or recordings, before they are learned, as words that a run keeps: 'pad,invert,turn-90'.

The switches of the page's sheet, the option `--prepare` and the files of a run speak of it alike.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Self

from gan_core.checks import shown
from gan_core.errors import ConfigError

WORDS = {  # at most one of each line
    "fit": ("pad", "crop"),
    "ink": ("invert", "bright-ink"),
    "turn": ("turn-90", "turn-180", "turn-270"),
    "flip": ("transpose",),
    "split": ("hold-5", "hold-10", "hold-20"),
    "classes": ("by-file",),
    "rate": ("rate-8000", "rate-16000", "rate-25600", "rate-44100", "rate-48000", "rate-51200"),
}
OF_PICTURES, OF_SIGNALS = ("fit", "ink", "turn", "flip"), ("classes", "rate")  # the others are of either
EXPECTED = "some of " + "; ".join(" or ".join(words) for words in WORDS.values()) + ", with commas between, or nothing"
LONGEST = 80


@dataclass(frozen=True)
class Preparation:
    """Each "" or one of its WORDS.

    Args:
        fit: what becomes of pictures of another shape (width : height): 'pad' puts more of their border at two sides, 'crop' takes their
            middle; "" expects all of one shape.
        ink: 'invert' turns black into white in all of them, 'bright-ink' in those with dark ink on bright ground.
        turn: clockwise, in degrees.
        flip: 'transpose' turns them over their diagonal, as EMNIST's own files are.
        split: how many of a hundred are held out; "" takes the data's own test pictures, else 10.
        classes: of recordings in folders, 'by-file' makes each file a class; "" each folder.
        rate: samples a second of recordings that do not say so; "" takes 12,000.
    """

    fit: str = ""
    ink: str = ""
    turn: str = ""
    flip: str = ""
    split: str = ""
    classes: str = ""
    rate: str = ""

    @classmethod
    def of(cls, text: object) -> Self:
        """Of words with commas between, in any order. Raises ConfigError."""
        if not isinstance(text, str) or len(text) > LONGEST:
            raise ConfigError(f"prepare is {shown(text)}; expected {EXPECTED}.")
        chosen: dict[str, str] = {}
        for word in filter(None, (part.strip() for part in text.split(","))):
            group = next((name for name, words in WORDS.items() if word in words), None)
            if group is None or group in chosen:
                raise ConfigError(
                    f"prepare has {shown(word)}" + (f" beside {chosen[group]!r}" if group else "") + f"; expected {EXPECTED}."
                )
            chosen[group] = word
        return cls(**chosen)

    def __str__(self) -> str:
        """The words, always in the same order."""
        return ",".join(word for word in (self.fit, self.ink, self.turn, self.flip, self.split, self.classes, self.rate) if word)

    def suited(self, kind: str) -> Self:
        """Those words that are for a 'picture' or for a 'signal'."""
        return dataclasses.replace(self, **dict.fromkeys(OF_SIGNALS if kind == "picture" else OF_PICTURES, ""))

    def check(self, kind: str) -> None:
        """Raises ConfigError for a word that is not for a sample of this kind, 'picture' or 'signal'."""
        if self != (suited := self.suited(kind)):
            raise ConfigError(f"prepare is {str(self)!r}; of {kind}s expected {str(suited)!r}, as the other words are not for them.")

    @property
    def samples_a_second(self) -> float:
        """Of recordings that do not say so; 0 where nobody said."""
        return float(self.rate.removeprefix("rate-") or 0)

    @property
    def quarters(self) -> int:
        """Quarter turns clockwise, 0 to 3."""
        return int(self.turn.removeprefix("turn-") or 0) // 90

    @property
    def hold_every(self) -> int:
        """Every how-manieth picture is held out; 0 where nobody said."""
        percent = int(self.split.removeprefix("hold-") or 0)
        return 100 // percent if percent else 0
