"""A run becomes a checkpoint: its programs, frames of its training, directions, contact sheet and model card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig, check_name
from gan_core.data import catalog
from gan_core.errors import CheckpointError, RunError
from gan_core.imaging import pixels
from gan_core.kind import text_of_shape
from gan_core.model import checkpoints, fixedgrid, program
from gan_core.model.checkpoint_config import MAX_CHANGES, standard_prior
from gan_core.model.directions import leading_directions
from gan_core.model.latent import Prior
from gan_core.runs import beginning, control, provenance, reading
from gan_core.runs.records import Report
from gan_core.runs.run import Run
from gan_core.storage import files
from gan_core.storage.fields import MAX_STEPS, Fields

FRAMES = 11
LEAST_FRAMES = 4
FRAME_BYTES = 14 * 2**20  # of all frames together: a large network has fewer
LARGE_MOMENT, BYTES = 1_200_000, {"float16": 2, "int8": 1}  # numbers of a network, and what each of them takes
PRIOR_SAMPLES = 10_000
MOST_NAMES = 30  # of classes in a model card
MAX_README = 1_000_000  # bytes


class EpochEntry(TypedDict):
    """A kept moment of the training, as config.json lists it."""

    step: int
    epoch: float
    file: str


def keep(run: Run, folder: Path, step: int | None = None) -> checkpoints.Checkpoint:
    """Keep `run` as the checkpoint `folder`, as it was at `step` (default: the last that its networks are there of).

    Raises: RunError when there is no such snapshot, or only its picture, CheckpointError when the folder exists or cannot be written, ConfigError for its name.
    """
    check_name(folder.name, "the checkpoint's name")
    if folder.exists():
        raise CheckpointError(f"{folder} is there already. Choose another name, or remove it first.")
    step = _checked(run, step)
    model, train = run.model_config(), run.train_config()
    _programs(run, step)  # a damaged snapshot is told here, before anything is written
    made = latent_files(run, step)
    contents = {f"{role}.safetensors": path.read_bytes() for role, path in _program_files(run, step).items()} | made
    contents |= _weights(run, step)
    reports = {report["step"]: report for report in run.reports()}
    past = beginning.past(run)
    epochs, networks = _moments(run, step, past, reports)
    contents |= networks
    last: Report = reports.get(step, {"step": step})
    sessions = [session for session in provenance.sessions(run) if session["step"] <= step]
    settings = {
        **train.to_dict(),
        "dataset": catalog.public_name(train.dataset),
    }  # a checkpoint is given away, the folders of this machine are not
    config: dict[str, object] = {
        "model": model.to_dict(), "train": settings, "prior": {"kind": prior_kind(made)}, "step": past.step + step,
        "epoch": round(past.epoch + last.get("epoch", 0.0), 4), "seconds": past.seconds + last.get("seconds", 0.0), "epochs": epochs,
        "run": run.id, "versions": sessions[-1]["versions"] if sessions else {},
    }  # fmt: skip
    if machine := provenance.trained_on(sessions, step):
        config["machine"] = machine
    if changed := [change for change in control.changes(run) if change["step"] <= step]:
        config["changes"] = changed  # the command alone would not make it again
    if begun := run.config().get("begun"):
        config["begun"] = begun
    contents["progress.png"] = _sheet(run, past, [epoch["step"] for epoch in epochs])
    contents["metrics.json"] = (json.dumps({"training": last}, indent=1) + "\n").encode()
    contents["README.md"] = model_card(folder.name, config).encode()
    kept = checkpoints.write(folder, config, contents)
    run.mark_kept(folder.name)
    return kept


def _moments(run: Run, step: int, past: beginning.Past, reports: Mapping[int, Report]) -> tuple[list[EpochEntry], dict[str, bytes]]:
    """The moments that are kept, of the training before this run and of its own, and their networks by file."""
    own = {past.step + entry: entry for entry in run.network_steps() if entry <= step and past.step + entry not in past.moments}
    epochs: list[EpochEntry] = []
    networks: dict[str, bytes] = {}
    for frame in frame_steps([*past.moments, *own], _frames_that_fit(run, step)):
        names = {role: f"epochs/{beginning.moment_file(frame, role)}" for role in ("generator", "encoder")}
        if frame in past.moments:
            passes = past.moments[frame]
            there = {role: past.folder / beginning.moment_file(frame, role) for role in names}
            networks |= {names[role]: path.read_bytes() for role, path in there.items() if path.is_file()}
        else:
            report = reports.get(own[frame])
            passes = round(past.epoch + (report.get("epoch", 0.0) if report else 0.0), 4)
            drawing = {role: network for role, network in _programs(run, own[frame]).items() if role in names}
            networks |= {
                names[role]: program.to_bytes(network, _moment_type(network, frame == past.step + step))
                for role, network in drawing.items()
            }
        epochs.append({"step": frame, "epoch": passes, "file": names["generator"]})
    return epochs, networks


def _checked(run: Run, step: int | None) -> int:
    """The step that is kept. Raises RunError where its networks are not there."""
    steps = run.network_steps()
    wanted = max(steps, default=None) if step is None else step
    if wanted is None or wanted not in steps:
        if wanted in run.snapshot_steps():
            raise RunError(f"run {run.id!r} has a picture of step {wanted:,}, but no network; choose one of the steps that it has networks of: "
                           + (", ".join(map(str, steps)) or "there are none") + ".")  # fmt: skip
        raise RunError(
            f"run {run.id!r} has no snapshot of step {wanted}; it has {len(steps)}" + (f", up to step {max(steps):,}." if steps else ".")
        )
    return wanted


def latent_files(run: Run, step: int) -> dict[str, bytes]:
    """What a model needs besides its networks to be explored: `directions.safetensors` and, for an autoencoder, `prior.safetensors`.

    Read where `prepare` has written them for this snapshot, else made (seconds, and an autoencoder's data must be there).
    """
    prepared = {file: run.snapshot(step, file) for file in ("directions.safetensors", "prior.safetensors")}
    if prepared["directions.safetensors"].exists():
        return {file: path.read_bytes() for file, path in prepared.items() if path.exists()}
    networks = _programs(run, step)
    prior = _prior(networks, run.model_config(), run.train_config())
    directions, duals = leading_directions(networks["generator"], prior, groups=run.model_config().groups)
    made = (
        {}
        if prior.factor is None
        else {"prior.safetensors": save_tensors({"mean": prior.mean, "factor": np.ascontiguousarray(prior.factor)})}
    )
    return made | {"directions.safetensors": save_tensors({"directions": directions, "duals": duals})}


def prior_kind(made: dict[str, bytes]) -> str:
    """The kind of prior that goes with these latent files."""
    return "rectified_normal" if "prior.safetensors" in made else "normal"


def prepare(run: Run, step: int) -> None:
    """Write the latent files of a snapshot beside it, so that the run can be explored like a checkpoint. The directions come last."""
    for file, data in latent_files(run, step).items():
        files.write_bytes(run.snapshot(step, file), data, make_folders=False)


def frame_steps(steps: list[int], count: int = FRAMES) -> list[int]:
    """About `count` of `steps`, the first and the last among them, the rest evenly spaced in log(step): that is how a digit grows up."""
    last = max(steps)
    wanted = [0, *np.geomspace(max(1, last / 400), last, count - 1)] if last else [0]
    return sorted({min(steps, key=lambda step: abs(step - goal)) for goal in wanted} | {last})


def _frames_that_fit(run: Run, step: int) -> int:
    """How many frames a checkpoint of this run has: fewer where its networks are large."""
    kept = [network for role, network in _programs(run, step).items() if role != "discriminator"]
    size = sum(BYTES[_moment_type(network)] * _numbers(network) for network in kept)
    return max(LEAST_FRAMES, min(FRAMES, FRAME_BYTES // size))


def _moment_type(network: program.Program, last: bool = False) -> str:
    """How a moment's network is written: a large one in 8 bits, for a look back; the last, which is the model itself, never."""
    return "int8" if _numbers(network) > LARGE_MOMENT and not last else "float16"


def _numbers(network: program.Program) -> int:
    return sum(tensor.size for tensor in network.tensors.values())


def _program_files(run: Run, step: int) -> dict[str, Path]:
    paths = {"generator": run.snapshot(step), **{role: run.snapshot(step, f"{role}.safetensors") for role in ("discriminator", "encoder")}}
    return {role: path for role, path in paths.items() if role == "generator" or path.exists()}


def _programs(run: Run, step: int) -> dict[str, program.Program]:
    return {role: program.read(path) for role, path in _program_files(run, step).items()}


def _prior(networks: dict[str, program.Program], model: ModelConfig, train: TrainConfig) -> Prior:
    """The standard normal, with a lead where ten bars vote; for an autoencoder whose code is never negative, what its encoder makes of the training pictures."""
    standard = standard_prior(model, train)
    if "encoder" not in networks:
        return standard
    encoder = networks["encoder"]
    shown = catalog.load(train.dataset, split="train", shape=tuple(encoder.input["shape"]), prepare=train.prepare).images[:PRIOR_SAMPLES]
    batches = np.array_split(shown, max(1, len(shown) // 250))
    codes = np.concatenate([encoder.run(pixels.to_model(batch, encoder.input["range"])) for batch in batches])
    return standard if (codes < 0).any() else Prior.of_codes(codes)  # one that goes below zero is normalised, mean 0 and variance 1


def _weights(run: Run, step: int) -> dict[str, bytes]:
    """All variables of the networks, where the run's state is that of `step`; an earlier snapshot has its programs only.

    Of a network that has an average, the average: it is what was folded, and what a fine-tuning would begin with.
    """
    try:
        state = load_tensors((run.folder / "state" / "state.safetensors").read_bytes())
    except (OSError, SafetensorError):
        return {}
    if int(state["loop/step"]) != step:
        return {}
    averaged = {owner.removesuffix("_ema") for owner in (name.split("/")[0] for name in state) if owner.endswith("_ema")}
    kept = {
        name: tensor.astype(np.float32)
        for name, tensor in state.items()
        if "optimizer" not in name and not name.startswith("loop/") and "seed" not in name and name.split("/")[0] not in averaged
    }
    return {"weights.safetensors": save_tensors(kept)}


def contact_sheet(run: Run, steps: list[int], scale: int = 1) -> bytes:
    """The fixed-z grids of these steps side by side, labelled, as a PNG. Raises RunError when a snapshot cannot be read."""
    return pixels.contact_sheet([run.picture(step) for step in steps], [f"step {step:,}" for step in steps], columns=4, scale=scale)


def _sheet(run: Run, past: beginning.Past, steps: list[int]) -> bytes:
    """The contact sheet of these moments: of the run itself as they were seen, of the training before it drawn now from the same z.

    A model whose pictures do not come from z of the standard prior and one class has none of the training before it.
    """
    model, train = run.model_config(), run.train_config()
    plain = families.get(model.family).has_discriminator and not model.groups
    shown = [step for step in steps if plain or step not in past.moments]
    return pixels.contact_sheet(
        [
            fixedgrid.drawn(_of_the_past(past, step), model, standard_prior(model, train), train.seed)
            if step in past.moments
            else run.picture(step - past.step)
            for step in shown
        ],
        [f"step {step:,}" for step in shown],
        columns=4,
    )


def _of_the_past(past: beginning.Past, step: int) -> program.Program:
    return program.read(past.folder / beginning.moment_file(step))


def command(config: Mapping[str, object], name: str) -> str:
    """The command that trains this checkpoint again: family, preset, and whatever differs from the preset. Raises as `model_card`."""
    model, train = _settings(Fields(config, "the config"))
    family = families.get(model.family)
    preset, plain = family.train_config(model.preset).to_dict(), family.model_config(model.preset)
    changed = {key: value for key, value in train.to_dict().items() if value != preset[key]}
    if model.latent_dim != plain.latent_dim:
        changed["latent_dim"] = model.latent_dim
    if model.image_shape != plain.image_shape:
        changed["image_shape"] = text_of_shape(model.image_shape)
    switch = {True: " --", False: " --no-"}
    options = "".join(
        f"{switch[value]}{key.replace('_', '-')}" if isinstance(value, bool) else f" --{key.replace('_', '-')} {value}"
        for key, value in changed.items()
    )
    begun = f" --from {reading.text(config.get('begun'))}" if reading.text(config.get("begun")) else ""
    return f"python -m gan_core train {model.family} --preset {model.preset}{options}{begun} --out checkpoints/{name}"


def _settings(config: Fields) -> tuple[ModelConfig, TrainConfig]:
    return ModelConfig.from_dict(config.values("model")), TrainConfig.from_dict(config.values("train"))


def _changes(config: Fields) -> str:
    """What was changed while it trained, for the model card."""
    lines = []
    for change in map(reading.change, config.items("changes", MAX_CHANGES) if "changes" in config else []):
        what = ", ".join(f"{name} {before} to {after}" for name, (before, after) in change["settings"].items())
        lines.append(
            f"\n- Changed at step {change['step']:,}: {what or 'nothing'}" + (f" (from {change['from']})" if "from" in change else "")
        )
    return "".join(lines)


def rewrite_card(checkpoint: checkpoints.Checkpoint, score: str) -> None:
    """Put a score card into the checkpoint's README.md, which goes on saying what it learned from where a person has written that."""
    path, begin = checkpoint.folder / "README.md", "- Data: "
    text = f"\n## Score card\n\n```\n{score}\n```\n"
    lines = model_card(checkpoint.name, checkpoint.config.to_dict(), text).splitlines(keepends=True)
    said = next((line for line in _readme(path).splitlines(keepends=True) if line.startswith(begin)), None)
    lines = [said if said and line.startswith(begin) else line for line in lines]
    files.write_bytes(path, "".join(lines).encode())


def _readme(path: Path) -> str:
    try:
        return files.read_bytes(path, MAX_README).decode()
    except (OSError, ValueError):  # none there, or none of ours
        return ""


def model_card(name: str, config: Mapping[str, object], card: str = "") -> str:
    """The checkpoint's README.md, out of its config.json; `card` is the score card's text, where there is one.

    Raises: ValueError, ConfigError for what is no config.
    """
    saved = Fields(config, "the config")
    model, train = _settings(saved)
    family, known = families.get(model.family), catalog.DATASETS.get(train.dataset)
    data = f"{known.title} ({known.licence}), {known.home}" if known else "a person's own pictures"
    named = reading.text(config.get("machine"))  # a checkpoint may be a stranger's
    machine = f" on {named}" if named else ""
    known_versions = ", ".join(f"{key} {value}" for key, value in saved.values("versions").items())
    versions = f"- {known_versions}\n" if known_versions else ""
    return f"""# {name}

{family.title}, preset `{model.preset}`: {family.summary} After {family.paper}.

- Data: {data}
- {model.kind.name.title()}s: {model.kind}{_named(model)}
- z: {model.latent_dim} numbers{", and the class" if model.num_classes else ""}{_led(standard_prior(model, train))}
- Trained by `{command(config, name)}`{_changes(saved)}
- {saved.whole("step", 0, MAX_STEPS):,} steps ({saved.number("epoch", 0, 1e12):.1f} epochs) in {saved.number("seconds", 0, 1e12):,.0f} s{machine}; seed {train.seed}
{versions}
![Fixed z through the training](progress.png)
{card}
Made for looking at how such models work. It draws what it was shown and nothing else; it can draw pictures that are none.
"""


def _led(prior: Prior) -> str:
    """What whoever draws z himself has to know."""
    return f", drawn so that the highest of the first {prior.votes} is ahead of the others by {prior.lead:g} or more" if prior.lead else ""


def _named(model: ModelConfig) -> str:
    """The names of the classes, the first of many; of several groups how many each has."""
    names = model.classes
    if model.groups:
        return f"; a class of each of {len(model.groups)} groups, of {', '.join(map(str, model.groups))}"
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return f"; classes {', '.join(names[:MOST_NAMES])}{more}" if names else ""
