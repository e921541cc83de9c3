"""What everybody may read says nothing of the folders of this machine: of a path only its last part is told."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gan_core.data import catalog

_QUOTED = re.compile(r"(['\"])(?:~|[A-Za-z]:)?[/\\](?:[^'\"\n]*[/\\])?([^'\"\n/\\]*)[/\\]?\1")
_PLAIN = re.compile(r"(?<![\w:/.~<])(?:~|[A-Za-z]:)?/(?:[^\s'\"/,;:()<>]+/)*([^\s'\"/,;:()<>]+)/?")


def without_folders(text: str) -> str:
    """A sentence, its absolute paths cut to their last part. Addresses (https://...) and what is relative stay."""
    return _PLAIN.sub(r"\1", _QUOTED.sub(r"\1\2\1", text))


def config_for_all(config: Mapping[str, object]) -> dict[str, object]:
    """A run's config, in which a person's own data set is named by its last part."""
    train = config.get("train")
    if not isinstance(train, Mapping) or not isinstance(train.get("dataset"), str):
        return dict(config)
    return {**config, "train": {**train, "dataset": name_of(train["dataset"])}}


def name_of(dataset: object) -> object:
    """The name of a data set; of a path its last part."""
    return catalog.public_name(dataset) if isinstance(dataset, str) else dataset
