"""A signal in the hand: its waveform and spectra, the table of its classes, its sound, and the way from a healthy bearing to a damaged one."""

from __future__ import annotations

import re
import wave

import numpy as np
from playwright.sync_api import Page, expect

from browser.conftest import Visit, choose_model, digit, eventually, offer_model, open_tab, pixels, to_the_middle
from gan_core.arrays import Floats
from gan_core.model import program

LENGTH, RATE, SIZE = 1024, 12000, 4
CONDITIONS = {"normal": 0.0, "inner race": 5.415, "outer race": 3.585, "ball": 2 * 2.357}  # strikes in a turn of the shaft
SPEEDS = (1200, 1800, 2400)
NAMES = [f"{condition} · {speed:,} rpm" for condition in CONDITIONS for speed in SPEEDS]
HEARD = """async () => {
    const { sound } = await import(new URL("gan/static/signal/sound.js", document.baseURI).href);
    return sound.heard && { rate: sound.context.sampleRate, state: sound.context.state, samples: [...sound.heard] };
}"""


def struck(rate: float) -> Floats:
    """A bearing that rings at 3 kHz whenever it is struck, so many times a second, above some noise; `[LENGTH]` in [-1, 1]."""
    at = np.arange(LENGTH) / RATE
    signal = 0.01 * np.random.default_rng(1).standard_normal(LENGTH)
    for strike in np.arange(0.002, LENGTH / RATE, 1 / rate) if rate else ():
        late = np.clip(at - strike, 0, None)
        signal += 0.7 * np.exp(-900 * late) * np.sin(2 * np.pi * 3000 * late)
    return signal.astype(np.float32)


def made() -> bytes:
    """A generator of such signals: its label says which, its z adds a little hum. 12 classes, z of 4 numbers."""
    hum = [0.02 * np.sin(2 * np.pi * (50 + 30 * i) * np.arange(LENGTH) / RATE) for i in range(SIZE)]
    rows = [struck(turns * speed / 60) for turns in CONDITIONS.values() for speed in SPEEDS]
    ops = [{"op": "concat_labels"}, {"op": "dense", "kernel": "kernel"}, {"op": "reshape", "shape": [LENGTH, 1]}]
    ends = {"name": "z", "shape": [SIZE]}, {"name": "images", "shape": [LENGTH, 1], "range": [-1, 1]}
    return program.to_bytes(
        program.Program("generator", *ends, ops, {"kernel": np.array([*hum, *rows], np.float32)}, len(NAMES)), "float32"
    )


def offer(page: Page) -> None:
    """Makes the list of models longer by one, whose generator is that."""
    about = {"family": "wave", "latent_dim": SIZE, "num_classes": len(NAMES), "image_shape": [LENGTH, 1], "rate": RATE, "classes": NAMES}
    offer_model(page, about, made())


def beat_of(samples: list[float], rate: float) -> float:
    """The strongest rate of its envelope between 15 and 500 Hz, by NumPy alone: what a listener hears it beat at."""
    spectrum = np.fft.fft(np.tile(samples, 4))
    hertz = np.fft.fftfreq(len(spectrum), 1 / rate)
    envelope = np.abs(np.fft.ifft(np.where((hertz > 2000) & (hertz < 4500), 2 * spectrum, 0)))
    heights = np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope))))
    at = np.fft.rfftfreq(len(envelope), 1 / rate)
    heights[(at < 15) | (at > 500)] = 0
    return float(at[heights.argmax()])


def test_a_signal_is_seen_read_and_heard_and_goes_from_healthy_to_damaged(visit: Visit) -> None:
    page = visit()
    offer(page)
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(page.get_by_role("combobox", name="Model", exact=True).locator("option[value=made]")).to_have_count(1)
    choose_model(page, "made")
    table = page.get_by_role("radiogroup", name="Class", exact=True)
    expect(table.get_by_role("radio")).to_have_count(len(NAMES))
    reading = page.get_by_role("img", name=re.compile("The signal reads as"))

    # a table: down changes the speed, to the right the condition
    table.get_by_role("radio", name="inner race · 1,200 rpm", exact=True).click()
    expect(reading).to_have_accessible_name("The signal reads as inner race")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(table.get_by_role("radio", name="outer race · 1,800 rpm", exact=True)).to_be_checked()
    expect(reading).to_have_accessible_name("The signal reads as outer race")
    expect(digit(page)).to_have_accessible_name("A signal drawn by Made, asked for outer race · 1,800 rpm")
    assert page.locator(".gan-line[data-asked=true]").all_inner_texts() == ["outer 108"]
    assert pixels(digit(page)).max() == 1
    for part in ("Paint and find", "What D tells G"):
        expect(page.get_by_role("region", name=part, exact=True)).to_be_hidden()

    # the reload is the link
    page.reload()
    expect(digit(page)).to_have_accessible_name("A signal drawn by Made, asked for outer race · 1,800 rpm")

    # silent until it is asked for; what is heard is what is seen, as it is bent
    assert page.evaluate(HEARD) is None
    page.get_by_role("button", name="Listen", exact=True).click()
    heard = eventually(page, lambda: page.evaluate(HEARD), "a sound")
    assert abs(beat_of(heard["samples"], heard["rate"]) - 3.585 * 30) < 8
    assert 0.3 < np.abs(heard["samples"]).max() < 1.1
    to_the_middle(page.get_by_role("slider", name="Pad", exact=True))  # the waveform comes along, its sound too
    expect(page.locator(".gan-away")).to_have_count(1)
    page.keyboard.press("5")
    eventually(
        page,
        lambda: (now := page.evaluate(HEARD)) and abs(beat_of(now["samples"], now["rate"]) - 5.415 * 40) < 8,
        "the sound of the inner race",
    )

    # another tab is silent; its path begins at the healthy bearing of that speed
    open_tab(page, "Interpolate")
    eventually(page, lambda: page.evaluate(HEARD) is None, "silence")
    walked = page.get_by_role("tabpanel").get_by_role("img", name=re.compile("The signal reads as"))
    expect(walked).to_have_accessible_name("The signal reads as no damage")
    page.get_by_role("slider", name="Along the path", exact=True).press("End")
    expect(walked).to_have_accessible_name("The signal reads as inner race")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download SVG", exact=True).click()
    assert download.value.path().read_text().count("<path") == 24
    with page.expect_download() as download:
        page.get_by_role("button", name="Download WAV, its sound", exact=True).click()
    with wave.open(str(download.value.path())) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (RATE, 24 * RATE // 12)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PNG strip", exact=True).click()
    assert download.value.suggested_filename == "made-path.png"
