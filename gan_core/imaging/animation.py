"""Moving pictures: a stack of frames as a GIF, WebP or MP4 file. Pixels stay crisp squares, and no frame is dropped."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import GifImagePlugin, Image

from gan_core.config import check_choice, check_integer, check_number
from gan_core.errors import ConfigError
from gan_core.imaging.pixels import check_stack, enlarged

KINDS = ("gif", "webp", "mp4")
MAX_FPS = 50  # a GIF counts in hundredths of a second, and viewers slow down whatever stays under two of them
MAX_TOTAL_PIXELS = 400_000_000  # some 8,000 frames of 224 x 224: beyond it an encoder holds the server for minutes


def encode_animation(frames: np.ndarray, kind: str, fps: float = 12, scale: int = 8, loop_forever: bool = True) -> bytes:
    """Frames as the bytes of an animation that shows every one of them, repeated neighbours too, for 1/fps seconds.

    Args:
        frames: uint8 `[n, h, w]`, or `[n, h, w, 3]` in colour; a GIF has 256 of them, the nearest of an even palette.
        kind: "gif", "webp" (lossless) or "mp4" (H.264, yuv420p: what phones and browsers play).
        fps: frames a second, 1 ... 50. A GIF's are rounded to 1/100 s each, without drift.
        scale: each pixel becomes a square of `scale` pixels; an MP4 of odd size gets one black row or column more.
        loop_forever: GIF and WebP start again at the end; an MP4 cannot say so.
    Raises: DataError for another shape or dtype, ConfigError for a setting out of range or an animation too large.
    """
    check_stack(frames)
    kind, fps = check_choice("kind", kind, KINDS), check_number("fps", fps, 1, MAX_FPS)
    scale = check_integer("scale", scale, 1, 64)
    if frames.size * scale**2 > MAX_TOTAL_PIXELS:
        raise ConfigError(f"{len(frames):,} frames at scale {scale} are over {MAX_TOTAL_PIXELS:,} pixels; use fewer or smaller ones.")
    if kind == "gif":
        return _gif(frames, _durations(len(frames), fps, 10), scale, loop_forever)
    if kind == "webp":
        return _webp(frames, _durations(len(frames), fps, 1), scale, loop_forever)
    return _mp4(frames, fps, scale)


def _durations(n: int, fps: float, unit: int) -> list[int]:
    """Milliseconds of each frame in multiples of `unit`, their sum as near to n / fps as can be."""
    ends = np.rint(np.arange(n + 1) * 1000 / fps / unit).astype(int) * unit
    return [int(duration) for duration in np.diff(ends)]


def _gif(frames: np.ndarray, durations: list[int], scale: int, loop_forever: bool) -> bytes:
    """Written block by block, because Pillow's own writer merges equal neighbours into one frame. Format: GIF89a (W3C)."""
    height, width = frames.shape[1] * scale, frames.shape[2] * scale
    if max(height, width) > 65_535:
        raise ConfigError(f"A GIF of {width} x {height}; the format ends at 65,535. Use a smaller scale.")
    colour = frames.ndim == 4
    palette = _EVEN if colour else bytes(level for level in range(256) for _ in "rgb")
    blocks = [b"GIF89a", struct.pack("<HHBBB", width, height, 0xF7, 0, 0), palette]  # 0xF7: a global table of 256 colours follows
    if loop_forever:
        blocks.append(b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    for frame, duration in zip(frames, durations, strict=True):
        shown = enlarged(_indices(frame) if colour else frame, scale)
        blocks += GifImagePlugin.getdata(Image.fromarray(shown), duration=duration, interlace=0)
    return b"".join([*blocks, b";"])


# 6 x 7 x 6 shades of red, green and blue, of which the eye tells most apart; the four places left are black.
_SHADES = (6, 7, 6)
_EVEN = bytes(
    round(255 * place[channel] / (_SHADES[channel] - 1)) for place in np.ndindex(*_SHADES) for channel in range(3)
).ljust(768, b"\0")  # fmt: skip


def _indices(frame: np.ndarray) -> np.ndarray:
    """Which colour of the even palette each pixel of `[h, w, 3]` is nearest to, uint8 `[h, w]`."""
    places = [np.rint(frame[..., channel] * ((shades - 1) / 255)).astype(np.int64) for channel, shades in enumerate(_SHADES)]
    return np.asarray(np.ravel_multi_index(tuple(places), _SHADES), np.uint8)


def _webp(frames: np.ndarray, durations: list[int], scale: int, loop_forever: bool) -> bytes:
    """Still lossless pictures in an animation's container, because the encoder merges equal neighbours too. Format: RFC 9649."""
    height, width = frames.shape[1] * scale, frames.shape[2] * scale
    if max(height, width) > 16_383:
        raise ConfigError(f"A WebP of {width} x {height}; the format ends at 16,383. Use a smaller scale.")
    size = _int24(width - 1) + _int24(height - 1)
    chunks = [_chunk(b"VP8X", b"\x02\0\0\0" + size), _chunk(b"ANIM", struct.pack("<IH", 0xFF000000, 0 if loop_forever else 1))]
    for frame, duration in zip(frames, durations, strict=True):
        still = io.BytesIO()
        Image.fromarray(enlarged(frame, scale)).save(still, "WEBP", lossless=True, quality=20, method=2)
        header = bytes(6) + size + _int24(duration) + b"\x02"  # at (0, 0), replacing the frame before
        chunks.append(_chunk(b"ANMF", header + still.getvalue()[12:]))
    return _chunk(b"RIFF", b"WEBP" + b"".join(chunks))


def _int24(value: int) -> bytes:
    return value.to_bytes(3, "little")


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def _mp4(frames: np.ndarray, fps: float, scale: int) -> bytes:
    from fractions import Fraction

    import av

    rate = Fraction(fps).limit_denominator(1000)
    height, width = (side * scale + side * scale % 2 for side in frames.shape[1:3])  # yuv420p halves its colour planes: even sizes only
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "14", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.thread_count = 2
        for frame in frames:
            picture = np.zeros((height, width, *frame.shape[2:]), np.uint8)
            picture[: frame.shape[0] * scale, : frame.shape[1] * scale] = enlarged(frame, scale)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray" if frame.ndim == 2 else "rgb24")))
        container.mux(stream.encode())
    return buffer.getvalue()
