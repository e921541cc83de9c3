"""Can you tell drawn digits from real ones? `python studies/blind_test.py checkpoints/dcgan-mnist --out blind.html`, then open it.

Each trial shows 5x5 real test pictures beside 5x5 drawn ones, order by lot; click on the real ones. At the end the page says how often you
could tell, and how likely as many right answers are by guessing. `--png FOLDER` writes the trials as pictures and the key apart from them.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core.data import catalog  # noqa: E402
from gan_core.errors import GanCoreError  # noqa: E402
from gan_core.imaging import pixels  # noqa: E402
from gan_core.model.explorer import Explorer  # noqa: E402

SIDE = 5
PAGE = """<!doctype html><meta charset="utf-8"><title>Which are real?</title>
<style>body{font:18px system-ui;margin:2rem auto;max-width:60rem;text-align:center;background:#111;color:#eee}
img{width:45%;image-rendering:pixelated;cursor:pointer;margin:1%;border:4px solid #333}img:hover{border-color:#fff}</style>
<h1>Which 25 are handwritten by people?</h1><p id="said">Click on them.</p><div id="pair"></div>
<script>
const trials = TRIALS;
let [at, right] = [0, 0];
const choose = (left, n, k) => { let c = 1; for (let i = 0; i < k; i += 1) c = c * (n - i) / (i + 1); return left * c; };
function show() {
  const pair = document.getElementById("pair");
  pair.replaceChildren();
  const n = trials.length;
  if (at === n) {
    let guessing = 0;
    for (let k = right; k <= n; k += 1) guessing += choose(0.5 ** n, n, k);
    document.getElementById("said").textContent = `You could tell ${right} of ${n}. By guessing, as many or more come with probability ${guessing.toFixed(3)}.`;
    return;
  }
  document.getElementById("said").textContent = `Trial ${at + 1} of ${n}: click on the real ones.`;
  trials[at].pictures.forEach((data, side) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    picture.alt = `25 digits, ${side ? "right" : "left"}`;
    picture.onclick = () => { right += side === atob(trials[at].key).charCodeAt(0) - 48 ? 1 : 0; at += 1; show(); };
    pair.append(picture);
  });
}
show();
</script>
"""


def main() -> None:
    """Draw the trials and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20261123, help="of the trials (default: 20261123)")
    parser.add_argument("--out", type=Path, help="the page to write")
    parser.add_argument("--png", type=Path, help="folder for the trials as pictures, and key.json")
    options = parser.parse_args()
    explorer, random = Explorer.open(options.checkpoint), np.random.default_rng(options.seed)
    test = catalog.load(explorer.checkpoint.train.dataset, split="test").images.astype(np.float32) / 255
    count = SIDE * SIDE
    trials, key = [], []
    for number in range(options.trials):
        real = test[random.choice(len(test), count, replace=False)]
        z = explorer.sample_z(count, int(random.integers(2**32)))
        labels = random.integers(0, explorer.num_classes, count) if explorer.num_classes else None
        place = int(random.integers(2))  # of the real ones
        pair = [explorer.generate(z, labels), real] if place else [real, explorer.generate(z, labels)]
        sheets = [pixels.grid(pixels.to_uint8(one), SIDE, 2) for one in pair]
        key.append(place)
        encoded = [base64.b64encode(pixels.encode_png(sheet, 3)).decode() for sheet in sheets]
        trials.append({"pictures": encoded, "key": base64.b64encode(str(place).encode()).decode()})
        if options.png:
            options.png.mkdir(parents=True, exist_ok=True)
            both = np.concatenate([sheets[0], np.full((len(sheets[0]), 24), 128, np.uint8), sheets[1]], axis=1)
            (options.png / f"trial{number:02d}.png").write_bytes(pixels.encode_png(both, 3))
    if options.png:
        (options.png / "key.json").write_text(json.dumps({"real_on_the_right": key}))
    if options.out:
        options.out.write_text(PAGE.replace("TRIALS", json.dumps(trials)))


if __name__ == "__main__":
    try:
        main()
    except GanCoreError as error:
        sys.exit(f"error: {error}")
