"""Writes tiny files in the formats of the official data."""

import gzip
import pickle

import numpy as np

RNG = np.random.default_rng(0)
IMAGES = {
    "train": RNG.integers(0, 256, (6, 28, 28), np.uint8),
    "t10k": RNG.integers(0, 256, (3, 28, 28), np.uint8),
}
LABELS = {"train": np.arange(6, dtype=np.uint8), "t10k": np.arange(3, dtype=np.uint8)}


def idx(array):
    """An idx file of bytes: two zeros, type 8, the number of axes, their lengths, the values."""
    head = bytes([0, 0, 8, array.ndim])
    return head + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


def write_idx(folder, packed=False):
    for part in ("train", "t10k"):
        for name, array in (
            (f"{part}-images-idx3-ubyte", IMAGES[part]),
            (f"{part}-labels-idx1-ubyte", LABELS[part]),
        ):
            if packed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
            else:
                (folder / name).write_bytes(idx(array))


def write_cifar(folder, each=2):
    """CIFAR-10's six files with a few images; returns images and labels of the first."""
    for name in [f"data_batch_{k}" for k in range(1, 6)] + ["test_batch"]:
        images = RNG.integers(0, 256, (each, 3072), np.uint8)
        labels = [int(label) for label in RNG.integers(0, 10, each)]
        (folder / name).write_bytes(pickle.dumps({b"data": images, b"labels": labels}))
        if name == "data_batch_1":
            first = images, labels
    return first
