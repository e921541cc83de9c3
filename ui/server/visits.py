"""Public models of the Hugging Face Hub for whoever opens the page with their name, where the server's owner allows it."""

from __future__ import annotations

import threading

from gan_core.errors import CheckpointError, ConfigError
from gan_core.exchange import hub
from ui.settings import Settings
from ui.train.access import Forbidden

MOST_BYTES = 30_000_000  # of one model
MOST_MODELS = 20  # that came from the Hub
_one_at_a_time = threading.Lock()


def visit(settings: Settings, body: object) -> dict[str, str]:
    """Have the model of the Hub that `{"repo": "user/name"}` names among the models here; returns its id.

    Raises: Forbidden where the owner does not allow it, ConfigError for the name, CheckpointError where it cannot be had or there are enough.
    """
    if not settings.hub:
        raise Forbidden("This server opens no models of the Hugging Face Hub. Its owner allows it with --hub; gan_core pull brings one in.")
    repo = body.get("repo") if isinstance(body, dict) else None
    if not isinstance(repo, str) or len(repo) > 120:
        raise ConfigError(f"repo is {str(repo)[:80]!r}; expected user/name of a model on the Hugging Face Hub.")
    hub.check_repo(repo)
    if not _one_at_a_time.acquire(blocking=False):
        raise CheckpointError("Another model is being fetched from the Hub. Try again in a few seconds.")
    try:
        if not (settings.checkpoints / hub.folder_name(repo)).exists() and hub.visitors(settings.checkpoints) >= MOST_MODELS:
            raise CheckpointError(f"{MOST_MODELS} models of the Hub are here already; the server's owner may remove some.")
        return {"model": hub.visit(repo, settings.checkpoints, MOST_BYTES).name}
    finally:
        _one_at_a_time.release()
