"""Models on the Hugging Face Hub: send one there, take one from there, by `huggingface_hub`.

What is taken is a stranger's: only `config.json` and the safetensors that it lists, of one commit, bounded before and checked after they have
come (docs/formats.md, section 2). The names are those of `huggingface_hub.ModelHubMixin`.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from gan_core import environment
from gan_core.errors import CheckpointError, ConfigError
from gan_core.exchange import card
from gan_core.exchange.receiving import BESIDE, receive
from gan_core.model import checkpoint_config, checkpoints
from gan_core.model.checkpoint_config import CheckpointConfig
from gan_core.model.checkpoints import Checkpoint
from gan_core.storage import files

MOST_BYTES = 100_000_000  # of a whole model; the largest of ours has 8 MB
_COMMIT = re.compile(r"[0-9a-f]{40}")


class Fetching(TypedDict, total=False):
    """Options of `Model.from_pretrained`."""

    revision: str | None
    token: str | bool | None
    local_files_only: bool


class Pushing(TypedDict, total=False):
    """Options of `Model.push_to_hub`."""

    licence: str
    private: bool | None
    token: str | bool | None
    commit_message: str
    create_pr: bool


@dataclass(frozen=True)
class Fetched:
    """A model in the Hub's cache on this machine: its repository, the commit, and the folder of that commit's files."""

    repo: str
    commit: str
    folder: Path


def check_repo(repo: str) -> str:
    """A repository's name, if it is one. Raises ConfigError."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils._validators import validate_repo_id

    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise ConfigError(f"the repository is {str(repo)[:120]!r}; expected user/name as the Hub has it.") from error
    if repo.count("/") != 1:
        raise ConfigError(f"the repository is {repo!r}; expected user/name, such as somebody/dcgan-mnist.")
    return repo


def folder_name(repo: str) -> str:
    """What a model's folder is called that came from this repository: user and name, in the letters that a folder may have."""
    return re.sub(r"[^a-z0-9_-]", "-", check_repo(repo).lower().replace("/", "--"))[:64]


# ---- from there


def fetch(
    repo: str, revision: str | None = None, token: str | bool | None = None, local_files_only: bool = False, most: int = MOST_BYTES
) -> Fetched:
    """A model's files in the Hub's cache (HF_HOME), all of one commit. Without network, or with HF_HUB_OFFLINE, what is there already.

    Raises: ConfigError for the name, CheckpointError where it cannot be had, is none of ours, or is too large.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import DryRunError

    with _told(check_repo(repo)):
        try:
            listed = (
                None
                if local_files_only
                else snapshot_download(repo, revision=revision, dry_run=True, token=token, library_name=card.LIBRARY)
            )
        except DryRunError as error:
            if not isinstance(error.__cause__, ConnectionError | TimeoutError) and not _is_of_network(error.__cause__):
                raise CheckpointError(f"{repo}{_at(revision)}: {_refusal(error.__cause__ or error, token is False)}") from error
            listed = None
        if listed is None:
            folder = Path(
                snapshot_download(
                    repo, revision=revision, local_files_only=True, allow_patterns=["config.json"], token=token, library_name=card.LIBRARY
                )
            )
            return Fetched(repo, folder.name, folder)
        sizes, commit = {one.filename: one.file_size or 0 for one in listed}, listed[0].commit_hash if listed else ""
        if not _COMMIT.fullmatch(commit):
            raise CheckpointError(f"{repo}: the Hub names the commit {commit[:60]!r}; expected 40 hex digits.")
        _check_config_size(repo, sizes)
        folder = Path(snapshot_download(repo, revision=commit, allow_patterns=["config.json"], token=token, library_name=card.LIBRARY))
        config = _config(repo, folder)
        wanted = _wanted(repo, config, sizes, most)
        return Fetched(
            repo, commit, Path(snapshot_download(repo, revision=commit, allow_patterns=wanted, token=token, library_name=card.LIBRARY))
        )


def _check_config_size(repo: str, sizes: dict[str, int]) -> None:
    if not 0 < sizes.get("config.json", 0) <= checkpoint_config.CONFIG_BYTES:
        raise CheckpointError(
            f"{repo} has no config.json of at most {checkpoint_config.CONFIG_BYTES:,} bytes; expected a model of this project."
        )


def _config(repo: str, folder: Path) -> CheckpointConfig:
    with files.refusing(CheckpointError, f"{repo}: config.json", "Expected a model of this project."):
        return checkpoint_config.parse_config(files.read_json(folder / "config.json", checkpoint_config.CONFIG_BYTES), repo)


def _wanted(repo: str, config: CheckpointConfig, sizes: dict[str, int], most: int = MOST_BYTES) -> list[str]:
    """The files to fetch. Raises CheckpointError where one is missing or of another size than the config says, or all are too much."""
    wrong = [file for file, entry in config.files.items() if sizes.get(file) != entry.bytes]
    if wrong:
        raise CheckpointError(f"{repo}: {wrong[0]} is missing or has another size than its config.json says. Push the model again.")
    if (total := sum(entry.bytes for entry in config.files.values())) > most:
        raise CheckpointError(f"{repo} has {total:,} bytes; expected at most {most:,}.")
    return ["config.json", *config.files, *(name for name, most in BESIDE.items() if 0 < sizes.get(name, 0) <= most)]


def pull(
    repo: str, folder: Path | None = None, revision: str | None = None, token: str | bool | None = None, local_files_only: bool = False
) -> Checkpoint:
    """Take a model from the Hub as a checkpoint folder; its config notes repository and commit.

    Args:
        repo: "user/name".
        folder: the new checkpoint (default: one named after user and name among the models); where it came from the same commit, it stays.
        revision: branch, tag or commit (default: main).
        token: as huggingface_hub takes it; by default the one that is logged in.
        local_files_only: only what is in the Hub's cache already.
    Raises: as `fetch`, and CheckpointError where the folder is another model's, or a file is not what it says.
    """
    folder = folder or environment.checkpoints() / folder_name(repo)
    fetched = fetch(repo, revision, token, local_files_only)
    if folder.exists():
        there = Checkpoint(folder)
        if there.config.hub == (fetched.repo, fetched.commit):
            return there
        raise CheckpointError(f"{folder} is there already and holds another model or commit; choose another folder, or remove it first.")
    return _copy(fetched, folder)


def visit(repo: str, models: Path, most: int) -> Checkpoint:
    """A public model for whoever opens the page with its name: the one that came before, else the newest commit, without anybody's token.

    Args:
        models: the folder of models that it comes to.
        most: bytes of it at most.
    Raises: as `pull`.
    """
    folder = models / folder_name(repo)
    if folder.exists() and (there := Checkpoint(folder)).config.hub[0] == repo:
        return there
    fetched = fetch(repo, token=False, most=most)
    if folder.exists():
        raise CheckpointError(f"{repo} would be {folder.name}, which is another model here.")
    return _copy(fetched, folder)


def visitors(models: Path) -> int:
    """How many of the models in a folder came from the Hub."""
    return sum(bool(one.config.hub[0]) for one in checkpoints.list_checkpoints(models)[0])


def _copy(fetched: Fetched, folder: Path) -> Checkpoint:
    """The files of the cache, each checked by its hash, as a checkpoint folder."""
    config = _config(fetched.repo, fetched.folder)

    def read(file: str, most: int) -> bytes:
        return files.read_bytes(fetched.folder / file, most)

    return receive(fetched.repo, config, read, folder, "Pull it again.", hub={"repo": fetched.repo, "commit": fetched.commit})


def copy(checkpoint: Checkpoint, folder: Path) -> Checkpoint:
    """The same checkpoint as another folder, which must not exist yet. Raises CheckpointError."""
    contents = {file: checkpoint.bytes(file) for file in checkpoint.config.files}
    contents |= {file: (checkpoint.folder / file).read_bytes() for file in BESIDE if (checkpoint.folder / file).is_file()}
    entries = {key: value for key, value in checkpoint.config.to_dict().items() if key not in ("format", "name", "files")}
    return checkpoints.write(folder, entries, contents)


def cached(repo: str, revision: str | None = None, token: str | bool | None = None, local_files_only: bool = False) -> Checkpoint:
    """The model as a checkpoint in this project's cache, one folder a commit. Arguments and errors as for `pull`."""
    fetched = fetch(repo, revision, token, local_files_only)
    folder = environment.cache() / "hub" / fetched.commit / folder_name(repo)
    if folder.exists():
        return Checkpoint(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return _copy(fetched, folder)


# ---- to there


@dataclass(frozen=True)
class Pushed:
    """Where a model is now: the repository, its commit, the address of its page."""

    repo: str
    commit: str
    url: str


def push(checkpoint: Checkpoint, repo: str, *, licence: str = card.LICENCE, private: bool | None = None, token: str | bool | None = None,
         message: str = "", create_pr: bool = False) -> Pushed:  # fmt: skip
    """Send a checkpoint to the Hub: its files and a model card, as one commit. The repository is made where there is none.

    Args:
        repo: "user/name".
        licence: of the model, in the Hub's spelling.
        private: whether a new repository is private (default: as the account has it).
        message: of the commit.
        create_pr: propose it to the repository's owner instead of writing.
    Raises: ConfigError for a name or a card that the Hub does not take, CheckpointError for a damaged checkpoint or where the Hub refuses.
    """
    from huggingface_hub import HfApi

    checkpoint.check_networks()
    written = card.card(checkpoint, check_repo(repo), licence)
    api = HfApi(token=token, library_name=card.LIBRARY)
    with _told(repo), tempfile.TemporaryDirectory() as place:
        try:
            written.validate(repo_type="model")
        except ValueError as error:
            raise ConfigError(f"the Hub does not take the model card: {str(error)[:500]}") from error
        _stage(checkpoint, Path(place), str(written))
        api.create_repo(repo, private=private, exist_ok=True)
        done = api.upload_folder(repo_id=repo, folder_path=place, commit_message=message or f"{checkpoint.title}, step {checkpoint.config.step:,}",
                                 delete_patterns=["*.safetensors"], create_pr=create_pr)  # fmt: skip
    return Pushed(repo, str(done.oid), str(done.repo_url))


def _stage(checkpoint: Checkpoint, place: Path, readme: str) -> None:
    for file in checkpoint.config.files:
        files.write_bytes(place / file, checkpoint.bytes(file))
    config = json.loads((checkpoint.folder / "config.json").read_bytes())
    config.pop("hub", None)  # where it once came from is not where it goes
    files.write_json(place / "config.json", config)
    for file in ("metrics.json", "progress.png"):
        if (checkpoint.folder / file).is_file():
            shutil.copyfile(checkpoint.folder / file, place / file)
    files.write_bytes(place / "README.md", readme.encode())


def push_space(folder: Path, repo: str, kind: str, *, private: bool | None = None, token: str | bool | None = None) -> Pushed:
    """Send a ready Space folder (ui/site/space.py) to the Hub, as one commit; files of an earlier one that are gone go.

    Args: as for `push`; `kind` is its SDK, 'static' or 'gradio'.
    Raises: as `push`.
    """
    from huggingface_hub import HfApi, SpaceCard

    api = HfApi(token=token, library_name=card.LIBRARY)
    with _told(check_repo(repo)):
        try:
            SpaceCard.load(folder / "README.md").validate(repo_type="space")
        except ValueError as error:
            raise ConfigError(f"the Hub does not take the Space's front matter: {str(error)[:500]}") from error
        api.create_repo(repo, repo_type="space", space_sdk=kind, private=private, exist_ok=True)
        done = api.upload_folder(repo_id=repo, repo_type="space", folder_path=folder, commit_message="The page", delete_patterns=["*"])
    return Pushed(repo, str(done.oid), str(done.repo_url))


@contextlib.contextmanager
def _told(repo: str) -> Iterator[None]:
    """What the Hub or the way to it refuses becomes a CheckpointError of one sentence."""
    from huggingface_hub.errors import HfHubHTTPError

    try:
        yield
    except (HfHubHTTPError, OSError, ValueError) as error:
        raise CheckpointError(f"{repo}: {_refusal(error)}") from error
    except Exception as error:
        if not _is_of_network(error):
            raise
        raise CheckpointError(
            f"{repo}: the Hub cannot be reached ({type(error).__name__}). Try again, or work offline with what was fetched."
        ) from error


def _at(revision: str | None) -> str:
    return f" at {revision}" if revision else ""


def _refusal(error: BaseException, anonymous: bool = False) -> str:
    """Why the Hub does not give a model, by its status."""
    status = getattr(getattr(error, "response", None), "status_code", 0)
    if status in (401, 403, 404) and anonymous:
        return "the Hub has no public model of that name."
    if status in (401, 403, 404):
        return "the Hub has no such model, or shows it to others only. Look at its name; where it is private, log in (hf auth login)."
    return _sentence(error)


def _is_of_network(error: BaseException | None) -> bool:
    """Whether it comes from the library that huggingface_hub talks by, whose errors are no OSErrors and whose name has changed before."""
    from huggingface_hub.errors import OfflineModeIsEnabled

    return isinstance(error, OfflineModeIsEnabled) or type(error).__module__.startswith("httpx")


def _sentence(error: BaseException) -> str:
    return " ".join(str(error).split())[:300].rstrip(".") + "."
