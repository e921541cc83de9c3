import io
import shutil
import subprocess

import av
import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

from gan_core.errors import ConfigError, DataError
from gan_core.imaging.animation import encode_animation


@pytest.fixture(scope="module")
def frames():
    stack = np.random.default_rng(0).integers(0, 256, (9, 12, 10), np.uint8)
    stack[3:6] = stack[2]  # four equal neighbours
    return stack


def enlarged(frame, scale):
    return np.kron(frame, np.ones((scale, scale), np.uint8)).astype(int)


@pytest.mark.parametrize(("kind", "fps", "total"), [("gif", 12, 750), ("webp", 12, 750), ("gif", 30, 300), ("webp", 7.5, 1200)])
def test_gif_and_webp_keep_every_frame_exactly_for_the_time_asked(frames, kind, fps, total):
    picture = Image.open(io.BytesIO(encode_animation(frames, kind, fps=fps, scale=3)))
    assert (picture.format, picture.n_frames, picture.size) == (kind.upper(), 9, (30, 36))
    milliseconds = 0
    for index, frame in enumerate(frames):
        picture.seek(index)
        np.testing.assert_array_equal(np.asarray(picture.convert("L")), enlarged(frame, 3))
        milliseconds += picture.info["duration"]
    assert abs(milliseconds - total) <= 5


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_loop_forever_or_once(frames, kind):
    endless = Image.open(io.BytesIO(encode_animation(frames, kind, loop_forever=True))).info
    once = Image.open(io.BytesIO(encode_animation(frames, kind, loop_forever=False))).info
    assert endless["loop"] == 0
    assert once.get("loop", 1) == 1  # a GIF without the block plays once


def test_mp4_keeps_every_frame_at_the_rate_asked(frames):
    with av.open(io.BytesIO(encode_animation(frames, "mp4", fps=12, scale=8))) as container:
        stream = container.streams.video[0]
        decoded = [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(stream)]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt, stream.average_rate) == ("h264", "yuv420p", 12)
        assert abs(container.duration / 1e6 - 9 / 12) < 0.01
    assert len(decoded) == 9
    assert max(np.abs(shown - enlarged(frame, 8)).mean() for shown, frame in zip(decoded, frames, strict=True)) < 3


def test_mp4_of_odd_size_gets_a_black_edge():
    with av.open(io.BytesIO(encode_animation(np.full((2, 3, 5), 255, np.uint8), "mp4", scale=5))) as container:
        shown = next(container.decode(video=0)).to_ndarray(format="gray")
    assert shown.shape == (16, 26) and shown[:15, :25].min() > 200 and shown[15].max() < 60


def test_one_frame_is_an_animation_too():
    for kind in ("gif", "webp"):
        assert Image.open(io.BytesIO(encode_animation(np.zeros((1, 28, 28), np.uint8), kind))).size == (224, 224)


@pytest.mark.parametrize(("settings", "message"), [
    ({"kind": "avi"}, "gif, webp, mp4"), ({"kind": "gif", "fps": 0}, "1 to 50"), ({"kind": "gif", "fps": float("nan")}, "fps"),
    ({"kind": "gif", "scale": 65}, "1 to 64"), ({"kind": "gif", "scale": 2.5}, "whole number"),
])  # fmt: skip
def test_settings_out_of_range_are_refused(frames, settings, message):
    with pytest.raises(ConfigError, match=message):
        encode_animation(frames, **settings)


def test_an_animation_that_would_hold_the_server_for_minutes_is_refused():
    with pytest.raises(ConfigError, match="fewer or smaller"):
        encode_animation(np.zeros((2000, 224, 224), np.uint8), "mp4", scale=4)
    with pytest.raises(DataError, match="expected uint8"):
        encode_animation(np.zeros((2, 28, 28)), "gif")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_page_writes_a_gif_of_every_grey_exactly(tmp_path):
    random = np.random.default_rng(1)
    noise = random.integers(0, 256, (3, 60, 90), np.uint8)  # more codes than twelve bits have
    noise[1] = enlarged(random.integers(0, 3, (6, 9)), 10)
    noise[2] = 0
    (tmp_path / "frames").write_bytes(noise.tobytes())
    program = f"""import {{ gifOf }} from "{ROOT.as_uri()}/ui/static/kit/gif.js"; import {{ readFileSync, writeFileSync }} from "node:fs";
        const all = new Uint8Array(readFileSync("frames")); const frames = [0, 1, 2].map((i) => all.subarray(i * 5400, (i + 1) * 5400));
        writeFileSync("made.gif", new Uint8Array(await (await gifOf(frames, 90, [12, 12, 160])).arrayBuffer()));"""
    subprocess.run(["node", "--input-type=module", "-e", program], cwd=tmp_path, check=True)
    picture = Image.open(tmp_path / "made.gif")
    assert (picture.n_frames, picture.size, picture.info["loop"]) == (3, (90, 60), 0)
    for index, (frame, milliseconds) in enumerate(zip(noise, (120, 120, 1600), strict=True)):
        picture.seek(index)
        np.testing.assert_array_equal(np.asarray(picture.convert("L")), frame)
        assert picture.info["duration"] == milliseconds
