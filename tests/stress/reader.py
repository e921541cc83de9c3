"""What a reader of strangers' files is to the stress test (mutate.py): good inputs, a way to change one, a way to read it as the product does.

Reading says whether the input was taken; a refusal is a `GanCoreError` or a line in a list of problems, and anything else that is raised is a fault.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from gan_core.errors import GanCoreError
from stress import mutations


@dataclass(frozen=True)
class Reader:
    """One kind of file: inputs that are in order, `change` makes one that is not, `read` says whether it was taken."""

    name: str
    seeds: list[bytes]
    change: Callable[[random.Random, bytes], bytes]
    read: Callable[[bytes], bool]


def in_json(chance: random.Random, data: bytes) -> bytes:
    """Something odd in the JSON, or in its bytes; what is no JSON any more gets more of the latter."""
    if chance.random() < 0.7:
        try:
            return mutations.dumps(mutations.odd_json(chance, json.loads(data), chance.choice((1, 1, 2, 4))))
        except (ValueError, RecursionError, OverflowError):
            pass
    return mutations.odd_bytes(chance, data, chance.choice((1, 2, 5)))


def in_bytes(chance: random.Random, data: bytes) -> bytes:
    return mutations.odd_bytes(chance, data, chance.choice((1, 1, 2, 5)))


def is_taken(read: Callable[[], object]) -> bool:
    try:
        read()
    except GanCoreError:
        return False
    return True
