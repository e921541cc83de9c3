"""Do the alarms catch failures, and leave healthy runs alone? Real runs on MNIST, each a few thousand steps at most.

    python studies/alarms.py --out results.json            train what is not stored there yet, and judge (about half an hour on 2 cores)
    python studies/alarms.py --replay results.json         judge the stored reports again, without training
    python studies/alarms.py --only collapse --out x.json  some of them

A provoked failure is caught when an alarm that accuses (any but the note that nothing improves) is raised at all; a healthy run is accused
when one is raised at any report.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gan_core import families, runs
from gan_core.config import TrainConfig
from gan_core.runs import alarms

SHORT = {"generator": [128], "discriminator": [128]}
SMALL = {"generator": [128, 256], "discriminator": [256, 128], "batch_norm": True, "dropout": 0.0, "votes": 10}
SLIM = {"generator": [32, 16], "discriminator": [16, 32], "dropout": 0.3}  # convolutional, without labels

# name: (family, preset, changes of the model, changes of the training); what begins with "healthy" must not be accused
SCENARIOS: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "collapse-reference": ("dense", "reference", {}, {}),
    "collapse-reference-seed-1": ("dense", "reference", {}, {"seed": 1}),
    "collapse-small": ("dense", "reference", {"widths": SHORT}, {"steps": 4000}),
    "d-too-strong": ("dense", "live", {}, {"steps": 3000, "d_learning_rate": 5e-3, "g_learning_rate": 5e-5, "d_steps": 3}),
    "d-too-strong-plain": ("dense", "reference", {}, {"steps": 3000, "d_learning_rate": 2e-3, "g_learning_rate": 2e-5, "d_steps": 3}),
    "d-too-strong-dcgan": ("dcgan", "live", {}, {"steps": 1000, "d_learning_rate": 2e-3, "g_learning_rate": 2e-5}),
    "d-too-weak": ("dense", "live", {}, {"steps": 3000, "d_learning_rate": 1e-6}),
    "healthy-live": ("dense", "live", {}, {"steps": 1500}),
    "healthy-live-seed-2": ("dense", "live", {}, {"seed": 2, "steps": 2000}),
    "minimax-saturating": ("dense", "reference", {}, {"steps": 1000, "loss": "minimax"}),
    "healthy-dcgan": ("dcgan", "live", {}, {"steps": 1500}),
    "rate-too-high": ("dense", "live", {}, {"steps": 800, "g_learning_rate": 0.1, "d_learning_rate": 0.1}),
    "healthy-live-small": ("dense", "live", {"widths": SMALL}, {"steps": 1200}),
    "one-number-of-z": ("dense", "live", {"latent_dim": 1}, {"steps": 1000}),
    "healthy-digits": ("dense", "live", {}, {"steps": 1000, "dataset": "digits"}),
    "d-frozen": ("dense", "live", {}, {"steps": 800, "d_learning_rate": 0.0}),
    "healthy-live-seed-1": ("dense", "live", {}, {"seed": 1, "steps": 1000}),
    "rate-too-high-plain": ("dense", "reference", {}, {"steps": 800, "g_learning_rate": 0.05, "d_learning_rate": 0.05}),
    "healthy-cgan": ("cgan", "live", {}, {"steps": 1000}),
    "rate-absurd": ("dcgan", "live", {}, {"steps": 200, "g_learning_rate": 1.0, "d_learning_rate": 1.0}),
    "healthy-live-smoothing": ("dense", "live", {}, {"steps": 1000, "label_smoothing": 0.1, "seed": 3}),
    "minimax-saturating-live": ("dense", "live", {}, {"steps": 800, "loss": "minimax", "d_learning_rate": 3e-3, "d_steps": 2}),
    "healthy-live-two-d-steps": ("dense", "live", {}, {"steps": 1000, "d_steps": 2}),
    "d-too-weak-dcgan": ("dcgan", "live", {}, {"steps": 400, "d_learning_rate": 1e-6}),
    "healthy-live-least-squares": ("dense", "live", {}, {"steps": 1000, "loss": "least_squares"}),
    "healthy-live-slow": ("dense", "live", {}, {"steps": 1500, "g_learning_rate": 4e-4, "d_learning_rate": 2e-4, "seed": 4}),
    "healthy-dcgan-plain": ("dcgan", "live", {"widths": SLIM}, {"steps": 1000, "one_stage": False, "naming": 0.0, "seed": 1}),
}


def train(name: str) -> dict[str, Any]:
    """Train one scenario in a temporary folder; its settings, reports and how it ended."""
    from gan_core.training import trainer

    family, preset, model, settings = SCENARIOS[name]
    chosen = families.get(family)
    with tempfile.TemporaryDirectory() as folder:
        run = runs.create(folder, chosen.model_config(preset, **model), chosen.train_config(preset, **{"report_every": 20, **settings}))
        began = time.time()
        state = trainer.train(run)
        status = run.status()
        return {"state": state, "alarms": status.get("alarms", []), "reports": run.reports(), "train": run.train_config().to_dict(),
                "seconds": round(time.time() - began, 1)}  # fmt: skip


def judge(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The first alarm of each kind, in the order in which they came up, as a person following the run would have seen them."""
    settings, seen = TrainConfig.from_dict(result["train"]), {}
    reports = [{name: value for name, value in report.items() if name != "alarms"} for report in result["reports"]]
    for n in range(1, len(reports) + 1):
        for alarm in alarms.alarms(reports[:n], settings):
            seen.setdefault(alarm["kind"], {**alarm, "said": reports[n - 1]["step"]})
    for alarm in result["alarms"]:
        seen.setdefault(alarm["kind"], {**alarm, "said": alarm["since"]})
    return list(seen.values())


def main() -> None:
    """Train or replay, and print the table."""
    parser = argparse.ArgumentParser(description="Judge the alarms on provoked failures and healthy runs.")
    parser.add_argument("--out", type=Path, help="where the reports are stored, and read from where they are there already")
    parser.add_argument("--replay", type=Path, help="judge these instead of training")
    parser.add_argument("--only", default="", help="only scenarios with this in their name")
    options = parser.parse_args()
    stored = options.replay or options.out
    results = json.loads(stored.read_text()) if stored and stored.exists() else {}
    for name in [name for name in SCENARIOS if options.only in name]:
        if not options.replay and name not in results:
            results[name] = train(name)
            print(f"{name}: {results[name]['state']} in {results[name]['seconds']} s", flush=True)
            if options.out:
                options.out.write_text(json.dumps(results))
    caught = {True: [0, 0], False: [0, 0]}
    for name, result in results.items():
        if options.only not in name:
            continue
        said = judge(result)
        accused = [alarm for alarm in said if alarm.get("accuses")]
        healthy = name.startswith("healthy")
        caught[healthy][0] += bool(accused)
        caught[healthy][1] += 1
        words = ", ".join(f"{alarm['kind']} at {alarm['said']}" for alarm in said) or "nothing"
        print(f"{'WRONG ' if bool(accused) == healthy else '      '}{name:30} {words}")
    print(f"{caught[False][0]} of {caught[False][1]} provoked failures caught, {caught[True][0]} of {caught[True][1]} healthy runs accused")


if __name__ == "__main__":
    main()
