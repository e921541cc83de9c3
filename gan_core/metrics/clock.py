"""A figure of a score card: its value with an interval, its n and how long it took."""

from __future__ import annotations

import time
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from gan_core.metrics import figures

RESAMPLES = 201  # for an interval


class Figure(TypedDict):
    """A figure of a card: its value, of a histogram one for each class, its interval and what that is over, its n and the seconds it took."""

    value: float | list[float]
    low: float | list[float]
    high: float | list[float]
    over: str
    n: int
    seconds: float


Card = dict[str, object]  # figures by name, and what goes with them


class Clock:
    """Makes figures, each with its interval, its n and the seconds since the one before it."""

    def __init__(self, seeds: list[int] | None = None) -> None:
        self.seeds, self.began = seeds or [], time.perf_counter()

    def figure(self, samples: list[np.ndarray], statistic: figures.Statistic = np.mean, biased: bool = False) -> Figure:
        """`statistic` of the first sample's rows; its interval is over the rows of all of them, which are of seeds of their own.

        Args:
            samples: `[n, ...]` each.
            statistic: of rows; a number, or `[k]`.
            biased: its mean over resamples is another than its value, as a distance's.
        """
        low, high = figures.bootstrap_interval(samples, statistic, resamples=RESAMPLES, centred=biased)
        value = statistic(samples[0])
        seeds = f", seeds {', '.join(map(str, self.seeds))}" if len(samples) > 1 else ""
        now = time.perf_counter()
        took, self.began = round(now - self.began, 2), now
        return {
            "value": _plain(value),
            "low": _plain(low),
            "high": _plain(high),
            "over": f"95 %{seeds}",
            "n": len(samples[0]),
            "seconds": took,
        }


def _plain(value: npt.ArrayLike) -> float | list[float]:
    """A number or list for JSON."""
    numbers = np.asarray(value, np.float64)
    return float(numbers) if numbers.ndim == 0 else [round(float(each), 4) for each in numbers]
