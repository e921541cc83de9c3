"""The model card that a checkpoint carries on the Hugging Face Hub: its README.md with what the Hub reads in front.

The front matter is made and checked by `huggingface_hub` (https://huggingface.co/docs/hub/model-cards).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gan_core.data import catalog
from gan_core.errors import CheckpointError, ConfigError
from gan_core.model.checkpoints import Checkpoint
from gan_core.runs import keeping
from gan_core.storage import files

if TYPE_CHECKING:
    from huggingface_hub import EvalResult, ModelCard, ModelCardData

TASK = "unconditional-image-generation"
SIGNAL_TASK = "signal-generation"  # none of the Hub's own tasks, so a signal's card has no pipeline tag
LIBRARY = "gan-in-your-hands"
LICENCE = "mit"  # the project's own; whoever trained a model may choose another
ON_HUB = {"mnist": "ylecun/mnist", "fashion_mnist": "zalando-datasets/fashion_mnist"}


@dataclass(frozen=True)
class Figure:
    """A figure of the score card: its name for people, and the figure that it is to be read against."""

    name: str
    floor: str = ""
    of_floor: str = ""


FIGURES = {
    "frechet": Figure(
        "Fréchet distance in the features of the project's classifier (no FID)", "frechet_floor", "training against test pictures"
    ),
    "precision": Figure("Precision"),
    "recall": Figure("Recall"),
    "coverage": Figure("Coverage"),
    "confident": Figure("Share read as a digit with confidence"),
    "unsure": Figure("Share that the classifier is unsure of (no digit has 0.9)", "unsure_of_real", "real test pictures"),
    "two_sample": Figure(
        "Accuracy of a fresh network that tells generated from real pictures (0.5: it cannot)", "two_sample_floor", "real from real ones"
    ),
    "frechet_random": Figure(
        "Fréchet distance in the features of a network with random weights (no FID)",
        "frechet_random_floor",
        "training against test pictures",
    ),
    "frechet_classes": Figure(
        "Fréchet distance in the features of a classifier of the data's own classes (no FID)",
        "frechet_classes_floor",
        "training against test pictures",
    ),
    "class_accuracy": Figure(
        "Share named as asked for by a classifier of the data's own classes", "class_accuracy_of_real", "real test pictures"
    ),
    "attributes_copied": Figure(
        "Share that has all the attributes of one training picture", "attributes_copied_of_real", "unseen pictures"
    ),
    "specks": Figure("Share with specks", "specks_of_real", "real test pictures"),
    "label_accuracy": Figure("Share read as the digit asked for"),
    "fault_rate": Figure(
        "Share whose envelope spectrum peaks at the rate of the fault asked for", "fault_rate_of_real", "real test signals"
    ),
    "spectral_distance": Figure(
        "Log-spectral distance, dB, of the classes' mean spectra", "spectral_distance_floor", "training against test signals"
    ),
    "real_names_drawn": Figure(
        "Share named as asked for by a classifier of real signals", "real_names_real", "real test signals, by the same classifier"
    ),
    "drawn_names_real": Figure(
        "Share of real test signals named right by a classifier of generated ones", "real_names_real", "a classifier of real signals"
    ),
    "bce": Figure("Binary cross-entropy of test pictures", "bce_pca", "as many principal components"),
    "mse": Figure("Mean squared error of test pictures", "mse_pca", "as many principal components"),
}


def front_matter(checkpoint: Checkpoint, licence: str = LICENCE) -> ModelCardData:
    """What the Hub reads of a model, as `huggingface_hub.ModelCardData`. Raises ConfigError for a licence that is no word."""
    from huggingface_hub import ModelCardData

    if not licence or not licence.replace("-", "").replace(".", "").isalnum():
        raise ConfigError(f"the licence is {licence!r}; expected a name as the Hub has them, such as mit or cc-by-sa-4.0.")
    dataset = checkpoint.train.dataset
    task = task_of(checkpoint)
    draws = "image-generation" if task == TASK else task
    tags = ["gan" if checkpoint.family.has_discriminator else "autoencoder", task, checkpoint.family.name, draws, "teaching"]
    return ModelCardData(
        license=licence, library_name=LIBRARY, pipeline_tag=TASK if task == TASK else None, tags=list(dict.fromkeys(tags)), model_name=checkpoint.name,
        datasets=[ON_HUB[dataset]] if dataset in ON_HUB else None, eval_results=_results(checkpoint) or None,
    )  # fmt: skip


def task_of(checkpoint: Checkpoint) -> str:
    """What the model is for, as the Hub calls it where it has a word."""
    return TASK if checkpoint.model.kind.name == "picture" else SIGNAL_TASK


def _results(checkpoint: Checkpoint) -> list[EvalResult]:
    """One result a figure of the score card, and one for what it is to be read against."""
    from huggingface_hub import EvalResult

    score, dataset = checkpoint.metrics().score, checkpoint.train.dataset
    if not score:
        return []
    known, task = catalog.DATASETS.get(dataset), task_of(checkpoint)
    drawn: dict[str, object] = {key: int(score[key]) for key in ("n", "seed") if key in score}

    def result(metric: str, name: str, args: dict[str, object] | None = None) -> EvalResult:
        return EvalResult(task_type=task, task_name=task.replace("-", " ").capitalize(), dataset_type=ON_HUB.get(dataset, dataset),
                          dataset_name=known.title if known else dataset, dataset_split="test", metric_type=metric, metric_name=name,
                          metric_value=score[metric], metric_args=args)  # fmt: skip

    results = []
    for key, figure in FIGURES.items():
        if key in score:
            results.append(result(key, figure.name, drawn))
        if key in score and figure.floor in score:
            results.append(result(figure.floor, f"{figure.name}: {figure.of_floor}"))
    return results


def card(checkpoint: Checkpoint, repo: str, licence: str = LICENCE) -> ModelCard:
    """The whole card, as `huggingface_hub.ModelCard`: front matter, how to use it, and the checkpoint's own README.

    Args:
        repo: where it will be, "user/name".
    """
    from huggingface_hub import ModelCard

    config = checkpoint.config.to_dict()
    score = checkpoint.metrics().score
    lines = [f"{FIGURES[key].name}: {score[key]:.4g}" + _against(key, score) for key in FIGURES if key in score] if score else []
    own = _own_readme(checkpoint) or keeping.model_card(
        repo.rpartition("/")[2], config, "\n## Score card\n\n" + "\n".join(f"- {line}" for line in lines) + "\n" if lines else ""
    )
    shape = ", ".join(map(str, (16, *checkpoint.model.kind.outer)))
    labels = ", 3" if checkpoint.model.num_classes else ""
    use = f"""
## Use it

```python
import gan_core

model = gan_core.from_pretrained("{repo}")
images = model.generate(model.sample_z(16, seed=7){labels})  # float32 [{shape}] in [0, 1]
generator = model.keras()  # a plain keras.Model
```

Safetensors only: nothing in it can run.
"""
    return ModelCard(f"---\n{front_matter(checkpoint, licence).to_yaml()}\n---\n\n{own}{use}")


def _own_readme(checkpoint: Checkpoint) -> str:
    """What a model says of itself that was not trained here."""
    if "imported" not in checkpoint.config.more:
        return ""
    with files.refusing(CheckpointError, f"{checkpoint.name}: README.md", "Write one."):
        return files.read_bytes(checkpoint.folder / "README.md", 200_000, inside=checkpoint.folder).decode()


def _against(key: str, score: dict[str, float]) -> str:
    figure = FIGURES[key]
    return f" ({figure.of_floor}: {score[figure.floor]:.4g})" if figure.floor in score else ""
