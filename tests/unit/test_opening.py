"""The picture that comes with the page: what a link asks for, drawn as the page will draw it, and the page without it where that fails."""

from __future__ import annotations

import base64
import io
import posixpath
import random
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, make_checkpoint, random_program
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from stress import mutations, readers

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import CheckpointError, ConfigError
from gan_core.imaging import pixels
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.explorer import Explorer
from gan_core.model.latent import Prior
from gan_core.model.program import Program
from ui.server import generators
from ui.server.boot import FirstSight
from ui.settings import STATIC, Settings
from ui.site import first_sight
from ui.site.first_sight import Opening

PAGE = b'<html><head><base href="./" /></head><body style="margin: 0"><gradio-app></gradio-app></body></html>'


def drawn(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def expected(checkpoint: Checkpoint, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
    return pixels.to_uint8(Explorer(checkpoint).generate(z, labels)[0])


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_a_plain_address_gives_the_digit_that_the_page_opens_on(checkpoint: Checkpoint) -> None:
    png = Opening.read("tab=explore&lang=ko").png(checkpoint.epoch_program("generator.safetensors"), checkpoint.prior())
    assert (drawn(png) == expected(checkpoint, checkpoint.prior().sample(1, first_sight.opening_seed()))).all()


def test_seed_spread_and_a_blend(conditional: Checkpoint) -> None:
    wanted = Opening.read("v=1&m=tiny-conditional&s=123&psi=0.5&d=4&o=9&b=0.25&px=1&foreign=x")
    assert wanted == Opening(model="tiny-conditional", seed=123, psi=0.5, digit=4, other=9, blend=0.25, smooth=True)
    weights = np.zeros((1, 10), np.float32)
    weights[0, [4, 9]] = 0.75, 0.25
    png = wanted.png(conditional.epoch_program("generator.safetensors"), conditional.prior())
    assert (drawn(png) == expected(conditional, conditional.prior().sample(1, 123, 0.5), weights)).all()


def test_a_model_of_other_classes_opens_on_one_of_its_own_unless_a_link_says_otherwise() -> None:
    hangul, bearings = catalog.DATASETS["hangul"], catalog.DATASETS["vibration"]
    asked = [
        Opening.read("").asking(names, groups)
        for names, groups in ((hangul.classes, hangul.groups), (bearings.classes, ()), (("shirt", "boot"), ()), ((), ()))
    ]
    assert [(one.digit, one.other) for one in asked] == [(10588, 512), (8, 2), (0, 1), (3, 8)]
    assert bearings.classes[8] == "outer race · 2,400 rpm" and Opening.read("v=1").asking(hangul.classes, hangul.groups).digit == 3


def test_a_signal_stands_where_its_instrument_will() -> None:
    kernel = np.zeros((2, 512), np.float32)
    kernel[0, 256] = 100.0  # one strike in the middle
    ends = {"name": "z", "shape": [2]}, {"name": "images", "shape": [512, 1], "range": [-1, 1]}
    ops = [{"op": "dense", "kernel": "kernel"}, {"op": "activation", "kind": "tanh"}, {"op": "reshape", "shape": [512, 1]}]
    picture = drawn(Opening(z=(1.0, 0.0)).png(Program("generator", *ends, ops, {"kernel": kernel}), Prior.normal(2)))
    height, width = picture.shape
    assert height == width  # as the frame is
    assert not picture[3 * height // 8 :].any()  # the spectra's
    columns = (picture > 0).sum(axis=0)
    assert abs(columns.argmax() - width / 2) < 4
    assert columns.max() > 0.4 * 3 * height / 8


def test_edits_and_a_whole_z_come_before_the_spread(autoencoder: Checkpoint) -> None:
    prior, generator = autoencoder.prior(), autoencoder.epoch_program("generator.safetensors")
    z = prior.sample(1, 25)
    z[0, [1, 5]] = 2.5, 0.125
    edits = packed(struct.pack("<Hf", 1, 2.5) + struct.pack("<Hf", 5, 0.125))
    whole = packed(z.astype("<f4").tobytes())
    for query in (f"v=1&psi=1.5&z=e.{edits}", f"v=1&psi=1.5&z={whole}"):
        png = Opening.read(query).png(generator, prior)
        assert (drawn(png) == expected(autoencoder, prior.spread(z, 1.5))).all(), query


@pytest.mark.parametrize(
    "query",
    ["v=2", "v=1&s=-1", "v=1&s=4294967296", "v=1&psi=3", "v=1&psi=nan", "v=1&px=2", "v=1&b=x", "v=1&z=!", "v=1&z=abc", "v=1&z=e.abcd", "v=1&e=1.5",
     f"v=1&z={packed(struct.pack('<f', float('inf')))}", "v=1&s=" + "1" * 9000],
)  # fmt: skip
def test_a_damaged_link_is_refused(query: str) -> None:
    with pytest.raises(ConfigError):
        Opening.read(query)


def test_a_link_for_another_model_is_refused(checkpoint: Checkpoint, conditional: Checkpoint) -> None:
    with pytest.raises(ConfigError):
        Opening(z=(1.0, 2.0)).latent(checkpoint.prior())
    with pytest.raises(ConfigError):
        Opening(edits=((6, 1.0),)).latent(checkpoint.prior())
    with pytest.raises(ConfigError):
        Opening(digit=12).weights(conditional.model.num_classes)


def test_every_module_that_the_page_imports_is_named_once() -> None:
    found = first_sight.modules(STATIC, "shell/boot.js")
    assert found[0] == "shell/boot.js" and len(found) == len(set(found))
    assert {"explore/explore.js", "engine/engine.js", "state/view.js", "engine/kernel.js"} <= set(found)
    for name in found:
        for path in re.findall(r'from "(\.[\w./-]+)"', (STATIC / name).read_text()):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) in found, (name, path)
    assert "kit/dom.js" in first_sight.modules(STATIC, "shell/site/shell.js")
    # what is imported when it is needed, or only named in a comment, is not asked for at once
    assert not {"kit/qr.js", "signal/instrument.js", "explore/naming.js", "explore/dials.js", "explore/breaks.js"} & set(found)


def sight(folder: Path) -> FirstSight:
    return FirstSight(None, Settings(checkpoints=folder, runs=folder / "runs"), "A title", "Words")  # type: ignore[arg-type]


def test_the_page_gets_style_modules_and_the_picture_with_relative_addresses(tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path / "tiny", "dcgan")
    page = sight(tmp_path).complete(PAGE, "").decode()
    assert not re.findall(r'(?:src|href)="(?!gan/|data:|\./)[^"]*"', page)
    # a returning visitor's scripts are there at once: what is asked for ahead after they have asked would be the list that the first Refresh gets
    assert (
        page.index("gan/models.json")
        < page.index("modulepreload")
        < page.index("</head>")
        < page.index('id="gan-boot"')
        < page.index("<gradio-app")
    )
    png = base64.b64decode(re.search(r"data:image/png;base64,([^\"]+)", page)[1])
    assert (drawn(png) == expected(checkpoint, checkpoint.prior().sample(1, first_sight.opening_seed()))).all()
    address = f"gan/files/checkpoints/tiny/{checkpoint.config.files['generator.safetensors'].version}/generator.safetensors"
    assert f'as="fetch" crossorigin="anonymous" href="{address}"' in page


def test_a_link_to_another_tab_or_for_a_talk_shows_no_frame_first(tmp_path: Path) -> None:
    make_checkpoint(tmp_path / "tiny", "dcgan")
    assert 'id="gan-boot"' not in sight(tmp_path).complete(PAGE, "tab=train").decode()
    assert "<header" not in sight(tmp_path).complete(PAGE, "v=1&talk=1&hide=head").decode()


def test_gradio_s_own_script_waits_for_a_moment_without_a_hand_where_a_picture_stands_before_it(tmp_path: Path) -> None:
    make_checkpoint(tmp_path / "tiny", "dcgan")
    own = b'<script type="module" crossorigin src="./assets/index-Dp.js"></script><link rel="stylesheet" crossorigin href="./assets/index-Di.css">'
    page = PAGE.replace(b"</head>", own + b"</head>")
    resting = sight(tmp_path).complete(page, "")
    assert b'<script data-rest="module" data-src="./assets/index-Dp.js"></script>' in resting
    assert b'<link data-rest="stylesheet" crossorigin href="./assets/index-Di.css">' in resting and own not in resting
    assert own in sight(tmp_path).complete(page, "tab=train")


def test_korean_by_the_link_else_by_the_browser(tmp_path: Path) -> None:
    def page(query: str, languages: str) -> str:
        return sight(tmp_path).complete(PAGE, query, languages).decode()

    assert (
        "탐색" in page("lang=ko", "en-GB,en;q=0.9") and "탐색" in page("", "ko-KR,ko;q=0.9,en;q=0.8") and "탐색" in page("", "fr,ko;q=0.5")
    )
    assert "탐색" not in page("lang=en", "ko") and "탐색" not in page("", "en,ko") and "탐색" not in page("lang=xx", "")


def test_the_page_lives_without_a_picture(tmp_path: Path) -> None:
    assert b"gan-opening" not in sight(tmp_path).complete(PAGE, "")  # no checkpoint at all
    checkpoint = make_checkpoint(tmp_path / "tiny", "dcgan")
    for query in ("v=1&m=nobody", "v=1&m=../x", "v=1&m=tiny&e=77"):
        assert b"gan-opening" not in sight(tmp_path).complete(PAGE, query), query
    assert b"gan-opening" in sight(tmp_path).complete(PAGE, "v=1&s=no")  # the page opens as ever, with a note
    path = checkpoint.path("generator.safetensors")
    path.write_bytes(path.read_bytes()[:-500])
    assert b"gan-opening" not in sight(tmp_path).complete(PAGE, "v=1&s=1")


def test_other_pages_pass_untouched(tmp_path: Path) -> None:
    other = b"<html><head></head><body>docs</body></html>"
    assert sight(tmp_path).complete(other, "") == other
    assert ROOT.joinpath("ui", "static", "shell", "site", "first.html").read_text().count("__PICTURE__") == 1


def picture_or_refusal(query: str) -> None:
    generator, prior = random_program("generator", 3, num_classes=10), Prior.normal(3)
    with np.errstate(all="ignore"):
        try:
            png = Opening.read(query).png(generator, prior)
        except ConfigError as error:
            assert len(str(error)) < 300
        else:
            assert drawn(png).shape == (28, 28)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.integers(0, 2**32 - 1).map(random.Random), st.sampled_from(readers.LINKS))
def test_a_changed_link_is_a_picture_or_is_refused(chance: random.Random, link: str) -> None:
    picture_or_refusal(mutations.odd_bytes(chance, link.encode(), chance.choice((1, 2, 5))).decode(errors="replace"))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["v", "m", "s", "psi", "d", "o", "b", "e", "px", "z"]), st.text(max_size=30) | st.integers().map(str))
)
def test_any_values_of_a_link_are_a_picture_or_refused(values: dict[str, str]) -> None:
    from urllib.parse import urlencode

    picture_or_refusal(urlencode({**values, "v": "1"}, errors="surrogatepass"))


def test_a_very_long_link_is_refused_without_being_taken_apart() -> None:
    with pytest.raises(ConfigError, match="at most 8000 characters"):
        Opening.read("v=1&" + "s=1&" * 5_000_000)


def test_a_network_that_is_not_its_model_s_is_drawn_by_nobody(checkpoint: Checkpoint, tmp_path: Path) -> None:
    """Of a run, whose files no hash tells apart."""
    where = Settings(checkpoint.folder.parent, tmp_path / "runs")
    run = runs.create(where.runs, ModelConfig("dense", latent_dim=6), TrainConfig(dataset="digits", steps=10))
    for wrong in (random_program("generator", 5), random_program("generator", 6, num_classes=10), random_program("discriminator", 6)):
        run.write_snapshot(10, b"", {"generator": wrong})
        with pytest.raises(CheckpointError, match=r"its config says|expected a generator"):
            generators.generator(where, f"run:{run.id}")
    run.write_snapshot(20, b"", {"generator": random_program("generator", 6)})
    assert generators.generator(where, f"run:{run.id}") is generators.generator(where, f"run:{run.id}", 20)
    assert generators.generator(where, "tiny", 10).step == 0
    with pytest.raises(ConfigError, match="no epoch at step 11; expected one of: 0, 10"):
        generators.generator(where, "tiny", 11)


def test_a_link_that_names_no_seed_means_what_it_always_did_whatever_the_page_opens_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_sight, "opening_seed", lambda: 4321)
    assert [first_sight.Opening.read(query).seed for query in ("", "tab=train", "v=1&m=dcgan-mnist", "v=1&s=7")] == [4321, 4321, 25, 7]


def test_the_server_opens_on_the_seed_of_the_page_s_own_module() -> None:
    text = first_sight.OPENING.read_text()
    assert f"seed: {first_sight.opening_seed()}," in text and "second: " in text
