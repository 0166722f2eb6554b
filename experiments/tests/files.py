"""Writes tiny files in the formats of the official data."""

import gzip

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


def pickled(images, labels):
    """A batch as Python 2 pickled it: protocol 2, texts of bytes, an array of numpy 1."""

    def text(raw):
        return b"T" + len(raw).to_bytes(4, "little") + raw

    def number(value):
        return b"J" + value.to_bytes(4, "little", signed=True)

    kind = b"cnumpy\ndtype\n(" + text(b"u1") + number(0) + number(1) + b"tR("
    kind += number(3) + text(b"|") + b"NNN" + number(-1) * 2 + number(0) + b"tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n("
    array += number(0) + b"t" + text(b"b") + b"tR("
    array += number(1) + b"(" + b"".join(map(number, images.shape)) + b"t"
    array += kind + b"\x89" + text(images.tobytes()) + b"tb"
    items = text(b"data") + array
    items += text(b"labels") + b"](" + b"".join(map(number, labels)) + b"e"
    return b"\x80\x02}(" + items + b"u."


def write_cifar(folder, each=2):
    """CIFAR-10's six files with a few images; returns images and labels of the first."""
    for name in [f"data_batch_{k}" for k in range(1, 6)] + ["test_batch"]:
        images = RNG.integers(0, 256, (each, 3072), np.uint8)
        labels = [int(label) for label in RNG.integers(0, 10, each)]
        (folder / name).write_bytes(pickled(images, labels))
        if name == "data_batch_1":
            first = images, labels
    return first
