"""Models that somebody brings as a zip file, for whoever may train here."""

from __future__ import annotations

import os
import threading

from gan_core.errors import CheckpointError
from gan_core.exchange import zipped
from ui.settings import Settings
from ui.train import access

MOST_MODELS = 100  # in the folder, brought or not
_one_at_a_time = threading.Lock()


def take(settings: Settings, request: access.Asks, name: str, body: bytes) -> dict[str, str]:
    """`POST gan/models?name=...`: have the model of a zip file among the models here; returns its id and title.

    Args:
        name: what it shall be called, such as the zip file's own name; "" for the name that it has.
        body: the zip file.
    Raises: Forbidden, CheckpointError.
    """
    access.may_control(settings, request)
    if not _one_at_a_time.acquire(blocking=False):
        raise CheckpointError("Another model is being brought in. Try again in a few seconds.")
    try:
        settings.checkpoints.mkdir(parents=True, exist_ok=True)
        if len(os.listdir(settings.checkpoints)) >= MOST_MODELS:
            raise CheckpointError(f"{MOST_MODELS} models are here already; the server's owner may remove some.")
        made = zipped.unpack(body, settings.checkpoints, name)
        return {"model": made.name, "title": made.title}
    except OSError as error:
        raise CheckpointError(f"the folder of models cannot be written ({error.strerror}); its owner may change that.") from error
    finally:
        _one_at_a_time.release()
