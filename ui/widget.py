"""The instrument as a widget of a notebook, by anywidget: Jupyter, Colab, VS Code, marimo.

import gan_core
widget = gan_core.widget("dcgan-mnist", seed=7)
widget                     # the last line of a cell: the digit, its directions, its z
widget.z                   # float32 [latent_dim], where the hand has left it; set it, and the picture follows
widget.image               # what stands there, by NumPy
"""

from __future__ import annotations

import anywidget
import numpy as np
import numpy.typing as npt
import traitlets

from gan_core import classes
from gan_core.arrays import Floats
from gan_core.config import check_seed
from gan_core.errors import ConfigError
from gan_core.model.explorer import Explorer
from ui.site import bundle
from ui.site.listing import PARTS, model_entry

SHEETS = ("kit/tokens.css", "kit/style.css", "signal/signal.css", "notebook/widget.css")
RENDER = """export default {
  async render(place) {
    const { address, close } = unpack();
    const { mount } = await import(address);
    const end = mount(place);
    return () => (end(), close());
  },
};
"""


class Latent(traitlets.TraitType[Floats, npt.ArrayLike]):
    """z: whatever makes finite float32 `[latent_dim]`, kept as an array that cannot be changed in place, as nobody would hear of it."""

    def validate(self, obj: Widget, value: npt.ArrayLike) -> Floats:
        size = obj.explorer.latent_dim
        try:
            z = np.array(value, np.float32)
        except (TypeError, ValueError) as error:
            raise ConfigError(f"z is {value!r:.60}; expected {size} numbers.") from error
        if z.shape not in ((size,), (1, size)) or not np.isfinite(z).all():
            raise ConfigError(f"z has shape {list(z.shape)}; expected finite numbers [{size}].")
        z = z.reshape(size)
        z.flags.writeable = False
        return z


class Widget(anywidget.AnyWidget):
    """One model in the hand, in a cell. Its traits go both ways: set in Python the page shows them, moved in the page Python has them.

    Traits:
        z: float32 `[latent_dim]`.
        digit, other, blend: what a model that takes classes is asked for: `digit`, and `other` by the share `blend`, 0 ... 1.
        seed: of the z at the beginning.
    """

    _esm = bundle.loader("notebook/widget.js") + RENDER
    _css = bundle.style(*SHEETS)
    z = Latent().tag(sync=True, to_json=lambda z, _: z.tolist(), from_json=lambda z, _: z)
    digit = traitlets.Int(0).tag(sync=True)
    other = traitlets.Int(0).tag(sync=True)
    blend = traitlets.Float(0, min=0, max=1).tag(sync=True)
    seed = traitlets.Int(0, read_only=True).tag(sync=True)
    _model = traitlets.Dict().tag(sync=True)
    _files = traitlets.Dict().tag(sync=True)

    def __init__(self, explorer: Explorer, seed: int = 0) -> None:
        self.explorer = explorer
        checkpoint = explorer.checkpoint
        # an encoder is not asked for anything here; moments of its training are many and large
        about = {**model_entry(checkpoint), "folder": {}, "epochs": [], "files": {}}
        roles = [role for role in PARTS if role != "encoder" and checkpoint.has(f"{role}.safetensors")]
        self.set_trait("seed", check_seed(seed))
        super().__init__(
            other=min(1, max(explorer.labels - 1, 0)),
            z=explorer.sample_z(1, seed),
            _model=about,
            _files={role: checkpoint.bytes(f"{role}.safetensors") for role in roles},
        )

    @traitlets.validate("digit", "other")
    def _check_class(self, proposal: traitlets.Bunch) -> int:
        most = max(self.explorer.labels - 1, 0)
        if not 0 <= proposal["value"] <= most:
            raise ConfigError(f"{proposal['trait'].name} is {proposal['value']}; expected 0 to {most}.")
        return int(proposal["value"])

    @property
    def class_weights(self) -> Floats | None:
        """What the model is asked for, `[num_classes]`; None where it takes no classes."""
        if not self.explorer.num_classes:
            return None
        own, other = classes.weights([self.digit, self.other], self.explorer.num_classes, self.explorer.kind.groups)
        return np.asarray((1 - self.blend) * own + self.blend * other, np.float32)

    @property
    def image(self) -> Floats:
        """The picture that stands there, drawn by NumPy: float32 `kind.outer` in [0, 1]."""
        weights = self.class_weights
        return np.asarray(self.explorer.generate(self.z[None], None if weights is None else weights[None])[0], np.float32)
