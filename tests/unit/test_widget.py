"""The widget's side in Python, and the one module in which all modules of the page that it needs travel."""

from __future__ import annotations

import builtins
import json
import re
from typing import Any

import numpy as np
import pytest

import gan_core
from gan_core.errors import ConfigError
from gan_core.exchange import Model
from gan_core.model.checkpoints import Checkpoint
from ui.site import bundle

pytest.importorskip("anywidget")


def packed() -> dict[str, tuple[str, str]]:
    text = bundle.loader("notebook/widget.js")
    listed = json.loads(text[text.index("const FILES = ") + len("const FILES = ") : text.index(";\n/** Modules of its own")])
    return {name: (kind, content) for name, kind, content in listed}


def test_every_file_comes_after_those_that_it_names_and_names_no_other_place() -> None:
    files = packed()
    before: set[str] = set()
    for name, (kind, content) in files.items():
        if kind == "text/javascript":
            assert set(re.findall(r'"gan:([^"]+)"', content)) <= before, name
            assert "import.meta" not in content and not re.search(r"""(?:\bfrom|\bimport\s*\(?)\s*["']\.""", content), name
        before.add(name)
    assert [*files][-1] == "notebook/widget.js"
    assert {
        "engine/engine.js",
        "engine/kernel.wasm",
        "engine/worker.js",
        "autodiff/worker.js",
        "autodiff/kernels.wasm",
        "i18n/ko.js",
    } <= set(files)


def test_the_style_asks_for_no_file_and_holds_in_a_shadow_tree() -> None:
    style = bundle.style("kit/tokens.css", "kit/style.css", "notebook/widget.css")
    assert set(re.findall(r"""url\((?!["']?data:)([^)]*)""", style)) == set() and "font/woff2;base64," in style
    assert "@media print" not in style and style.count("{") == style.count("}"), "the page around it is somebody else's"
    assert re.search(r":root, :host \{\s*--gan-generator|:root, :host \{", style) and not re.search(r":root(?!, :host)", style)


def test_a_circle_and_an_address_that_is_made_up_are_told(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "STATIC", tmp_path)
    (tmp_path / "a.js").write_text('import "./b.js";\n')
    (tmp_path / "b.js").write_text('import "./a.js";\n')
    (tmp_path / "c.js").write_text("const find = (name) => new URL(name, import.meta.url);\n")
    with pytest.raises(ConfigError, match=re.escape("in a circle: a.js -> b.js -> a.js")):
        bundle.loader("a.js")
    with pytest.raises(ConfigError, match="write its name out"):
        bundle.loader("c.js")


def test_z_goes_in_as_whatever_makes_numbers_and_is_refused_otherwise(checkpoint: Checkpoint) -> None:
    model = Model(checkpoint)
    widget = gan_core.widget(model, seed=7)
    assert np.array_equal(widget.z, model.sample_z(1, 7)[0]) and widget.z.dtype == np.float32
    told: list[Any] = []
    widget.observe(told.append, "z")
    widget.z = [0.5] * model.latent_dim
    widget.z = model.sample_z(1, 9)
    assert len(told) == 2 and np.array_equal(widget.z, model.sample_z(1, 9)[0])
    assert np.array_equal(widget.image, model.generate(widget.z[None])[0])
    for wrong in ([1, 2], [np.nan] * model.latent_dim, "z", None):
        with pytest.raises(ConfigError, match=f"expected (finite )?.*{model.latent_dim}"):
            widget.z = wrong
    with pytest.raises(ValueError, match="read-only"):
        widget.z[0] = 1  # nobody would hear of it


def test_what_travels_is_the_model_and_comes_back_as_it_went(checkpoint: Checkpoint) -> None:
    widget = gan_core.widget(checkpoint.folder, seed=3)
    state = widget.get_state()
    assert state["z"] == widget.z.tolist() and json.dumps(state["_model"]) and state["seed"] == 3
    assert state["_files"]["generator"] == checkpoint.bytes("generator.safetensors") and "encoder" not in state["_files"]
    moved = [float(np.float32(0.1 * i)) for i in range(len(widget.z))]
    widget.set_state({"z": moved})  # as a page sends it
    assert widget.z.tolist() == moved


def test_classes_are_asked_for_and_blended(conditional: Checkpoint) -> None:
    model = Model(conditional)
    widget = gan_core.widget(model)
    widget.digit, widget.other, widget.blend = 4, 9, 0.25
    assert widget.class_weights is not None and widget.class_weights[[4, 9]].tolist() == [0.75, 0.25]
    assert np.array_equal(widget.image, model.generate(widget.z[None], widget.class_weights[None])[0])
    with pytest.raises(ConfigError, match="digit is 10; expected 0 to 9"):
        widget.digit = 10


def test_without_anywidget_it_says_what_to_install(checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    plain = builtins.__import__

    def lacking(name: str, *more: Any) -> Any:
        if name == "anywidget":
            raise ModuleNotFoundError("No module named 'anywidget'", name="anywidget")
        return plain(name, *more)

    monkeypatch.delitem(sys.modules, "ui.widget", raising=False)
    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(ConfigError, match=re.escape("pip install '.[notebook]'")):
        gan_core.widget(checkpoint.folder)
