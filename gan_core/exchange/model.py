"""A checkpoint in a notebook: everything an Explorer does, and the ways out to other libraries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from gan_core.exchange import hub
from gan_core.exchange.card import LICENCE
from gan_core.exchange.to_keras import to_keras
from gan_core.exchange.to_onnx import to_onnx
from gan_core.metrics import scorecard
from gan_core.metrics.card import ScoreCard
from gan_core.model.explorer import Explorer
from gan_core.model.program import Program

if TYPE_CHECKING:
    import keras


class Model(Explorer):
    """What `gan_core.load` gives: an Explorer whose networks can be taken elsewhere."""

    def program(self, role: str = "generator", step: int | None = None) -> Program:
        """One of the networks as a list of operations.

        Args:
            role: 'generator', 'discriminator' or 'encoder'.
            step: the generator as it was at this step of its training, one of `self.steps`.
        Raises: ConfigError where the model has no such network, CheckpointError.
        """
        return self._network(role) if step is None or role != "generator" else self._generator(step)

    def keras(self, role: str = "generator", step: int | None = None) -> keras.Model:
        """The network as a plain `keras.Model` of stock layers: predict, fit, summary and save work, without this project too.

        Its pixels are in the network's own range (`program(role).output["range"]`, [-1, 1] for most); arguments and errors as for `program`.
        """
        return to_keras(self.program(role, step), f"{self.name}_{role}")

    def onnx(self, role: str = "generator", step: int | None = None) -> bytes:
        """The network as an ONNX file; arguments and errors as for `program`."""
        return to_onnx(self.program(role, step), f"{self.name}-{role}")

    def score(self, n: int = 10_000, seed: int = 0, data: str = "mnist") -> ScoreCard:
        """The score card, as `python -m gan_core evaluate` has it but for the two-sample accuracy, which trains a network: a table in a notebook.

        Args:
            n, seed: of the samples.
            data: where the pictures lie that a model of a person's own learnt from.
        Raises: ConfigError, DataError.
        """
        return scorecard.evaluate(self.checkpoint.folder, n, seed, data_name=data)

    @classmethod
    def from_pretrained(
        cls, name: Path | str, *, revision: str | None = None, token: str | bool | None = None, local_files_only: bool = False
    ) -> Self:
        """A model of the Hugging Face Hub, or of a folder.

        Args:
            name: "user/name" on the Hub, or a checkpoint's folder.
            revision: branch, tag or commit (default: main). What is fetched is all of one commit.
            token, local_files_only: as huggingface_hub has them.
        Raises: ConfigError, CheckpointError.
        """
        if Path(name).is_dir():
            return cls.open(name)
        return cls(hub.cached(str(name), revision, token, local_files_only))

    def save_pretrained(self, folder: Path | str) -> Path:
        """The checkpoint's files in another folder, which must not exist yet. Raises CheckpointError."""
        return hub.copy(self.checkpoint, Path(folder)).folder

    def push_to_hub(self, repo: str, *, licence: str = LICENCE, private: bool | None = None, token: str | bool | None = None,
                    commit_message: str = "", create_pr: bool = False) -> hub.Pushed:  # fmt: skip
        """Send the model to the Hub as "user/name", with a model card; arguments and errors as for `hub.push`."""
        return hub.push(self.checkpoint, repo, licence=licence, private=private, token=token, message=commit_message, create_pr=create_pr)
