"""Data sets as uint8 pictures and labels: the named ones below, or a person's own (`own`).

Nothing is downloaded unless asked, and only by hash. `digits` is always there, without a network.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import re
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gan_core import environment
from gan_core.config import check_choice
from gan_core.data import hangul, own, photos, recordings, vibration
from gan_core.data.npz import read_npz
from gan_core.data.own import attributes
from gan_core.data.own.attributes import Attributes
from gan_core.data.sklearn_digits import read_digits
from gan_core.errors import DataError
from gan_core.kind import Kind
from gan_core.mnist import DIGITS, KIND, SIDE
from gan_core.storage import files as storage

SPLITS = ("train", "test")
_PROJECT = Path(__file__).resolve().parents[2]
# What we downloaded ourselves, not in git: in a copy of the project beside it, for an installed package where a person's programs keep such things.
CACHE = _PROJECT / "data" if (_PROJECT / "pyproject.toml").is_file() else environment.cache()


@dataclass(frozen=True)
class RemoteFile:
    """A file that may be downloaded: from any of `urls`, of this size and SHA-256, kept under `path` of the cache.

    One without `urls` is made on this machine and put into the cache: `made_by` says with what.
    """

    path: str
    urls: tuple[str, ...] = ()
    sha256: str = ""
    size: int = 0
    made_by: str = ""


@dataclass(frozen=True)
class DatasetInfo:
    """What a named data set is, before it is loaded: `called` and `drawn` are what a model's title says of it; `rate` as a Kind's."""

    name: str
    title: str
    called: str
    drawn: str
    home: str
    licence: str
    train: int
    test: int
    classes: tuple[str, ...]
    files: tuple[RemoteFile, ...] = ()
    rate: float = 0.0
    groups: tuple[int, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Pictures uint8 `[n, h, w]` or `[n, h, w, 3]`, labels int64 `[n]` (indices into `classes`) or None, and where they came from, for people.

    `sheet`: what was understood of a person's own, `rows`: the how-manieth of all their pictures each is; None of named data.
    Signals are `[n, length]` or `[n, length, channels]`, with 0 for -1 and 255 for 1; `rate` is theirs, samples a second.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray | None
    source: str
    classes: tuple[str, ...] = ()
    sheet: own.Sheet | None = None
    rate: float = 0.0
    rows: np.ndarray | None = None
    groups: tuple[int, ...] = ()

    @property
    def kind(self) -> Kind:
        """What one of them is."""
        shape = self.images.shape[1:]
        return Kind.of(shape if len(shape) == (2 if self.rate else 3) else (*shape, 1), self.classes, self.rate, self.groups)


_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_ZALANDO = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"


def _fashion_file(name: str, sha256: str, size: int) -> RemoteFile:
    return RemoteFile(f"fashion-mnist/{name}", (_KERAS + name, _ZALANDO + name), sha256, size)


_MNIST_FILE = RemoteFile(
    "mnist.npz", (_KERAS + "mnist.npz",), "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434
)
DATASETS = {
    info.name: info
    for info in (
        DatasetInfo(
            name="mnist", title="MNIST handwritten digits", called="MNIST", drawn="10 digits",
            home="http://yann.lecun.com/exdb/mnist/", licence="CC BY-SA 3.0",
            train=60_000, test=10_000, classes=DIGITS, files=(_MNIST_FILE,),
        ),
        # Keras pins no hashes for these; ours are TensorFlow Datasets' for Zalando's originals, whose four sizes are those Keras downloads.
        DatasetInfo(
            name="fashion_mnist", title="Fashion-MNIST, Zalando's articles", called="Fashion-MNIST", drawn="10 kinds of clothes",
            home="https://github.com/zalandoresearch/fashion-mnist", licence="MIT",
            train=60_000, test=10_000,
            classes=("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
            files=(
                _fashion_file("train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880),
                _fashion_file("train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515),
                _fashion_file("t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102),
                _fashion_file("t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148),
            ),
        ),
        DatasetInfo(
            name="digits", title="scikit-learn's handwritten digits, 8x8 made 28x28", called="scikit-learn's digits", drawn="10 digits",
            home="https://archive.ics.uci.edu/dataset/80", licence="CC BY 4.0",
            train=1_501, test=296, classes=DIGITS,
        ),
        DatasetInfo(
            name="vibration", title="Vibration of a rolling bearing, simulated", called="simulated bearings",
            drawn="vibration", home="https://doi.org/10.1016/j.ymssp.2010.07.017", licence="MIT",
            train=vibration.TRAIN, test=vibration.TEST, classes=vibration.CLASSES, rate=vibration.RATE,
        ),
        DatasetInfo(
            name="hangul", title="Hangul syllables in open fonts", called="open fonts", drawn="Hangul syllables",
            home="https://www.unicode.org/charts/PDF/UAC00.pdf", licence="SIL Open Font License 1.1 (the fonts)",
            train=hangul.TRAIN, test=hangul.TEST, classes=hangul.CLASSES, groups=hangul.GROUPS,
            files=(RemoteFile(hangul.FILE, made_by="python tools/hangul.py"),),
        ),
    )
}  # fmt: skip


# SHA-256 of the pixels and labels themselves: mnist.npz is found zipped in more than one way, MNIST is always the same.
_MNIST_CONTENT = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}


def names() -> list[str]:
    """Names of the data sets that `load` knows."""
    return list(DATASETS)


def public_name(name: str) -> str:
    """What others may be told of a data set: its name; of a person's own path the last part, as the folders of a machine are nobody's business."""
    return name if name in DATASETS else re.split(r"[/\\]", name.rstrip("/\\"))[-1] or "own"


def available(name: str, data_dir: str | os.PathLike[str] | None = None) -> bool:
    """Whether `load(name)` would find its files on this machine; nothing is loaded or downloaded."""
    if name not in DATASETS:
        return _own_path(name) is not None
    if DATASETS[name].rate:
        return True
    if not DATASETS[name].files:
        return importlib.util.find_spec("sklearn") is not None
    return all(_find(file, data_dir) for file in DATASETS[name].files)


def downloads(name: str) -> bool:
    """Whether all of its files can be downloaded where they are missing."""
    return all(file.urls for file in DATASETS[name].files)


def count(name: str) -> int | None:
    """Number of training pictures where it is known without opening one: of a named data set, or of a folder by its files; else None.

    Raises: DataError for a folder that has too few or too many, or is none.
    """
    if name in DATASETS:
        return DATASETS[name].train
    path = _own_path(name)
    return own.count_folder(path) if path is not None and path.is_dir() else None


def classes(name: str) -> tuple[str, ...] | None:
    """Names of the classes where they are known without opening a picture: of a named data set, or of a folder; else None. Raises DataError."""
    if name in DATASETS:
        return DATASETS[name].classes
    path = _own_path(name)
    return None if path is None else own.classes_of(path)


def groups(name: str) -> tuple[int, ...]:
    """Sizes of the groups in which the classes of a named data set stand; () for one group, and for a person's own."""
    return DATASETS[name].groups if name in DATASETS else ()


def examine(name: str, shape: tuple[int, ...] = KIND.shape, prepare: str = "") -> own.Sheet:
    """What is understood of a person's own data at this path (own/sheet.py). Raises DataError, ConfigError."""
    return look_at(name, shape, prepare).sheet


def look_at(name: str, shape: tuple[int, ...] = KIND.shape, prepare: str = "", most: int | None = None) -> own.Examined:
    """As `examine`, with pictures to look at; more than `most` are refused. Raises DataError, ConfigError."""
    path = _own_path(name)
    if path is None:
        raise DataError(f"{name!r} is not there; expected the path of {own.KNOWN}, or of recordings.")
    return own.look_at(path, shape, prepare, most) if len(shape) == 3 else recordings.look_at(path, shape[0], prepare, most)


def check_kind(name: str, shape: tuple[int, ...]) -> None:
    """A named data set holds samples such as this shape's: pictures `[height, width, channels]`, or signals `[length, 1]`. Raises DataError."""
    if name not in DATASETS:
        return
    wanted = "pictures" if len(shape) == 3 else "signals of one channel" if shape[1] == 1 else f"signals of {shape[1]} channels"
    holds = "signals of one channel" if DATASETS[name].rate else "pictures"
    if wanted != holds:
        others = ", ".join(one for one, info in DATASETS.items() if bool(info.rate) == (len(shape) == 2))
        raise DataError(f"{name} holds {holds}, and {wanted} are wanted. Choose another family, or other data: {others}.")


def load(
    name: str, *, split: str = "train", data_dir: str | os.PathLike[str] | None = None, download: bool = False,
    shape: tuple[int, ...] | None = None, prepare: str = "",
) -> Dataset:  # fmt: skip
    """A data set by its name, or a person's own by its path.

    Args:
        name: one of `names()`, or the path of a person's own (`own`).
        split: "train" or "test".
        data_dir: a folder that holds the files (or `mnist.npz` itself), looked in first; then $GAN_DATA, Keras' cache and our own.
        download: fetch what is not on this machine, by hash.
        shape: of a picture as it is wanted, `[height, width, channels]` (default: as large as they are, a person's own as MNIST's), or of a
            signal, `[length, channels]`.
        prepare: what is done to a person's own first (gan_core/preparation.py); named data stay as they are.
    Raises: DataError where nothing is found (it names the ways out) or what is found is not what it should be, such as signals where
        pictures are wanted; ConfigError for the split.
    """
    check_choice("split", split, SPLITS)
    if name not in DATASETS:
        return _load_path(name, split, shape or KIND.shape, prepare)
    if shape is not None:
        check_kind(name, shape)
    if DATASETS[name].rate:
        return _load_vibration(DATASETS[name], split, shape or (vibration.LENGTH, 1))
    return _as_large(_load_named(DATASETS[name], split, data_dir, download), shape)


def _as_large(data: Dataset, shape: tuple[int, ...] | None) -> Dataset:
    """The data with pictures of `shape`."""
    if shape is None or tuple(shape) == data.kind.shape:
        return data
    return replace(data, images=np.stack([photos.read_sample(picture, shape)[0] for picture in data.images]))


def _load_named(info: DatasetInfo, split: str, data_dir: str | os.PathLike[str] | None, download: bool) -> Dataset:
    name = info.name
    if not info.files:
        return _load_digits(info, split)
    paths = fetch(name, data_dir) if download else [_find(file, data_dir) for file in info.files]
    missing = [file for file, path in zip(info.files, paths, strict=True) if path is None]
    if missing:
        raise DataError(_ways_out(info, f"{missing[0].path} was not found in {', '.join(map(str, _folders(data_dir)))}"))
    files = [path for path in paths if path is not None]
    if info.groups:
        syllables = hangul.read(files[0], split)
        return Dataset(
            name, syllables.pictures, syllables.labels, f"{info.title}, {split} split, from {files[0]}", info.classes, groups=info.groups
        )
    images, labels = _read_mnist(files[0], split) if name == "mnist" else _read_idx_files(info, files, split)
    return Dataset(name, images, labels, f"{info.title}, {split} split, from {files[0]}", info.classes)


def fetch(name: str, data_dir: str | os.PathLike[str] | None = None) -> list[Path]:
    """Paths of the files of a named data set; those not on this machine are downloaded into the project's `data/`.

    Raises: DataError where a download fails or has another hash; it names the ways out.
    """
    info = DATASETS[check_choice("dataset", name, names())]
    return [_find(file, data_dir) or _download(info, file) for file in info.files]


def _folders(data_dir: str | os.PathLike[str] | None) -> list[Path]:
    """Where files are looked for, in order."""
    if data_dir is not None and not os.path.exists(os.path.expanduser(data_dir)):
        raise DataError(f"Data folder {os.fspath(data_dir)!r} is not there; expected a folder that holds mnist.npz.")
    given = [Path(os.path.expanduser(data_dir))] if data_dir else []
    return [*given, *environment.data_folders(), CACHE]


def _find(file: RemoteFile, data_dir: str | os.PathLike[str] | None) -> Path | None:
    for folder in _folders(data_dir):
        if folder.name == file.path and folder.is_file():
            return folder
        if (folder / file.path).is_file():
            return folder / file.path
    return None


def _download(info: DatasetInfo, file: RemoteFile) -> Path:
    import pooch

    if not file.urls:
        raise DataError(_ways_out(info, f"{file.path} was not found in {', '.join(map(str, _folders(None)))}"))
    target = CACHE / file.path
    failures = []
    for url in file.urls:
        try:
            pooch.retrieve(url, f"sha256:{file.sha256}", target.name, target.parent, downloader=pooch.HTTPDownloader(timeout=30))
            return target
        except (OSError, ValueError) as error:  # requests' errors are OSErrors; another hash is a ValueError
            failures.append(f"{url}: {str(error)[:200]}")
    raise DataError(_ways_out(info, f"{file.path} could not be downloaded ({'; '.join(failures)})"))


def _ways_out(info: DatasetInfo, problem: str) -> str:
    size, paths = sum(file.size for file in info.files) / 1e6, ", ".join(file.path for file in info.files)
    if not info.files[0].urls:
        return (
            f"{info.title}: {problem}. Two ways out: (1) make it with {info.files[0].made_by} and name its folder with GAN_DATA or --data; "
            f"(2) use --dataset digits, which is always there."
        )
    return (
        f"{info.title}: {problem}. Three ways out: (1) put {paths} in a folder and name the folder with GAN_DATA or --data; "
        f"(2) let it be downloaded ({size:.0f} MB, needs internet); (3) use --dataset digits, which is always there."
    )


def _read_mnist(path: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    keys = [f"x_{split}", f"y_{split}"]
    arrays = read_npz(path, keys)
    for key in keys:
        came = f"{arrays[key].dtype} {arrays[key].shape}" if key in arrays else "nothing"
        if key not in arrays or hashlib.sha256(arrays[key].tobytes()).hexdigest() != _MNIST_CONTENT[key]:
            raise DataError(f"{str(path)!r} is not MNIST: its {key} ({came}) differs. Replace the file; your own data needs another name.")
    return arrays[keys[0]], arrays[keys[1]].astype(np.int64)


def _read_idx_files(info: DatasetInfo, paths: list[Path], split: str) -> tuple[np.ndarray, np.ndarray]:
    first = 0 if split == "train" else 2
    n = info.train if split == "train" else info.test
    images = _read_idx(paths[first], info.files[first], (n, SIDE, SIDE))
    return images, _read_idx(paths[first + 1], info.files[first + 1], (n,)).astype(np.int64)


def _read_idx(path: Path, file: RemoteFile, shape: tuple[int, ...]) -> np.ndarray:
    """Format IDX: two zero bytes, type 8 (uint8), number of dimensions, big-endian sizes, values. http://yann.lecun.com/exdb/mnist/."""
    try:
        packed = storage.read_bytes(path, file.size)
        if hashlib.sha256(packed).hexdigest() != file.sha256:
            raise DataError(f"{str(path)!r} is not the file it should be (SHA-256 differs). Delete or replace it.")
        content = gzip.decompress(packed)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise DataError(f"{str(path)!r} cannot be read ({error}). Delete or replace it.") from error
    header = b"\0\0\x08" + bytes([len(shape)]) + np.array(shape, ">u4").tobytes()
    if not content.startswith(header) or len(content) != len(header) + np.prod(shape):
        raise DataError(f"{str(path)!r} does not hold uint8 values of shape {shape}. Delete or replace it.")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def _load_digits(info: DatasetInfo, split: str) -> Dataset:
    images, labels = read_digits()
    turn = np.zeros(len(labels), np.int64)  # the how-manieth of its class
    for label in range(10):
        turn[labels == label] = np.arange((labels == label).sum())
    chosen = (turn % 6 == 5) == (split == "test")
    return Dataset(info.name, images[chosen], labels[chosen], f"{info.title}, {split} split, built in", info.classes)


def _load_vibration(info: DatasetInfo, split: str, shape: tuple[int, ...]) -> Dataset:
    signals, labels = vibration.kept(split, shape[0])
    return Dataset(info.name, signals, labels, f"{info.title}, {split} split, made here", info.classes, rate=info.rate)


def _own_path(name: str) -> Path | None:
    path = os.path.expanduser(name)  # os.path, because it takes any text that a person may type and answers no
    return Path(path) if name and os.path.exists(path) else None


def _load_path(name: str, split: str, shape: tuple[int, ...], prepare: str) -> Dataset:
    path = _own_path(name)
    if path is None:
        raise DataError(f"Data set {name!r} is unknown; expected {', '.join(names())}, or the path of a folder of pictures or an .npz.")
    slug = re.sub(r"[^a-z0-9]+", "-", path.resolve().stem.lower()).strip("-")[:24].strip("-") or "own"
    if len(shape) == 2:
        made = recordings.load(path, split, shape[0], prepare)
        return Dataset(slug, made.signals, made.labels, f"{split} split of {path}", made.classes, made.sheet, made.rate)
    data = own.load_own(path, split, shape, prepare)
    return Dataset(slug, data.images, data.labels, f"{split} split of {path}", data.classes, data.sheet, rows=data.rows)


def attributes_of(name: str, data: Dataset) -> Attributes:
    """What a person's data say of each of their pictures; {} of named data and where nothing is said. Raises DataError."""
    path = _own_path(name)
    return {} if path is None or data.rows is None else attributes.read(path, data.rows)
