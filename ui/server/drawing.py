"""`POST gan/draw`: latent vectors in, pictures out, for a browser that cannot run the networks itself. Checked as an export is."""

from __future__ import annotations

import numpy as np

from gan_core.errors import ConfigError
from ui.server import exports, generators
from ui.settings import Settings

FIELDS = ("model", "z", "labels", "epoch")
MAX_PICTURES = 64


def draw(settings: Settings, body: object) -> dict[str, object]:
    """The pictures that `body` asks for, as `{"images": [[numbers in [0, 1]], ...]}`, row-major. Raises ConfigError or CheckpointError."""
    if not isinstance(body, dict) or not set(body) <= set(FIELDS):
        raise ConfigError(f"The request is {str(body)[:60]}; expected an object with some of: {', '.join(FIELDS)}.")
    z = body.get("z")
    if isinstance(z, list) and len(z) > MAX_PICTURES:
        raise ConfigError(f"z has {len(z)} rows; expected at most {MAX_PICTURES} pictures a request.")
    generator = generators.generator(settings, body.get("model"), body.get("epoch"))
    wish = exports.check({**body, "kind": "npz"}, generator)
    drawn = exports.draw(generator, wish.z, wish.labels)
    return {"images": np.round(drawn.reshape(len(drawn), -1).astype(np.float64), 4).tolist()}
