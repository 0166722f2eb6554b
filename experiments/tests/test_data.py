"""Reading data: the files in their formats, the hash, what is said of a file that is not there."""

import os
import pickle
import re

import numpy as np
import pytest
import torch

from experiments import data, pickles
from experiments.tests.files import IMAGES, LABELS, pickled, write_cifar, write_idx


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["mnist", "fashion"])
def test_idx_files_are_read_plain_and_packed(tmp_path, packed, name):
    write_idx(tmp_path, packed)
    read = data.load(name, tmp_path)
    (images, labels), (test_images, test_labels) = read.train, read.test
    raw = IMAGES["train"].astype(np.float32)
    np.testing.assert_allclose(images[:, 0], (raw - raw.mean()) / raw.std(), atol=1e-6)
    np.testing.assert_array_equal(labels, LABELS["train"])
    raw_test = IMAGES["t10k"].astype(np.float32)
    np.testing.assert_allclose(test_images[:, 0], (raw_test - raw.mean()) / raw.std(), atol=1e-6)
    np.testing.assert_array_equal(test_labels, LABELS["t10k"])
    assert (read.channels, read.side, read.name) == (1, 28, name)
    assert labels.dtype == torch.int64


def test_cifar10_is_read_channel_by_channel(tmp_path):
    images, labels = write_cifar(tmp_path)
    read = data.load("cifar10", tmp_path)
    assert read.train[0].shape == (10, 3, 32, 32)
    assert read.test[0].shape == (2, 3, 32, 32)
    np.testing.assert_array_equal(read.train[1][:2], labels)
    red = read.train[0][0, 0]
    plain = torch.tensor(images[0, :1024].reshape(32, 32).astype(np.float32))
    slope = (red[0, 1] - red[0, 0]) / (plain[0, 1] - plain[0, 0])
    torch.testing.assert_close(red - red[0, 0], (plain - plain[0, 0]) * slope)


def test_the_hash_is_of_the_arrays_and_changes_with_them(tmp_path):
    write_idx(tmp_path)
    first = data.load("mnist", tmp_path)
    assert data.load("mnist", tmp_path, side=32).sha256 == first.sha256
    packed = tmp_path / "packed"
    packed.mkdir()
    write_idx(packed, packed=True)
    assert data.load("mnist", packed).sha256 == first.sha256
    path = tmp_path / "t10k-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x09")
    assert data.load("mnist", tmp_path).sha256 != first.sha256


def test_padding_goes_around(tmp_path):
    write_idx(tmp_path)
    wide = data.load("mnist", tmp_path, side=32).train[0]
    assert wide.shape == (6, 1, 32, 32)
    edge = torch.cat([wide[..., :2, :].flatten(), wide[..., -2:].flatten()])
    assert edge.unique().numel() == 1
    with pytest.raises(ValueError, match="side: expected at least 28, got 20"):
        data.load("mnist", tmp_path, side=20)


def test_mnist_5k_has_all_classes_alike(digits):
    labels = torch.cat([digits.train[1], digits.test[1]])
    assert torch.bincount(labels).tolist() == [500] * 10
    assert len(digits.train[1]) == 4000
    assert torch.bincount(digits.test[1]).min() > 60
    assert digits.train[0].shape == (4000, 1, 28, 28)
    assert digits.train[0].mean().item() == pytest.approx(0, abs=1e-4)
    assert digits.train[0].std().item() == pytest.approx(1, abs=1e-4)


def test_the_first_images(noise):
    few = noise.first(5)
    assert torch.equal(few.train[0], noise.train[0][:5])
    assert few.test is noise.test
    assert noise.first(None) is noise
    for size in (0, 41):
        with pytest.raises(ValueError, match=f"size: expected 1 to 40 images, got {size}"):
            noise.first(size)


@pytest.mark.parametrize("name", ["mnist", "fashion"])
def test_a_missing_idx_file_is_named(tmp_path, name):
    write_idx(tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte").unlink()
    with pytest.raises(ValueError, match=r"data_dir: expected the file t10k-images-idx3-ubyte"):
        data.load(name, tmp_path)


def test_a_missing_cifar_file_is_named(tmp_path):
    write_cifar(tmp_path)
    (tmp_path / "data_batch_3").unlink()
    with pytest.raises(ValueError, match="data_dir: expected CIFAR-10's file data_batch_3"):
        data.load("cifar10", tmp_path)


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_official_files_need_a_folder(name):
    with pytest.raises(ValueError, match=f"data_dir: expected the folder .* {name}, got none"):
        data.load(name)


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="data: expected one of mnist-5k, fashion"):
        data.load("imagenet")


HEADS = "00 00 08 03"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda raw: b"\1\2\3\4" + raw[4:],
            f"starts with {HEADS}, got .*, which starts with 01 02",
        ),
        (lambda raw: raw[:2] + b"\x0d" + raw[3:], "which starts with 00 00 0d 03"),
        (lambda raw: raw[:3] + b"\1" + raw[4:], "which starts with 00 00 08 01"),
        (lambda raw: raw[:9], f"starts with {HEADS}"),
        (lambda raw: b"", "which starts with nothing"),
        (
            lambda raw: raw[:-5],
            "expected 6 x 28 x 28 bytes after the head, as it says, .* with 4699",
        ),
        (lambda raw: raw + b"x", "with 4705"),
        (lambda raw: raw[:4] + b"\xff" * 12, "expected 4294967295 x 4294967295 x 4294967295 bytes"),
        (
            lambda raw: raw[:11] + b"\x1d" + raw[12:16] + raw[16:] + b"\0" * 168,
            "got 29 x 28 pixels",
        ),
        (lambda raw: raw[:7] + b"\5" + raw[8:-784], "got 5 images and 6 labels"),
        (lambda raw: raw[:7] + b"\0" + raw[8:16], "got 0 images and 6 labels"),
    ],
)
def test_an_idx_file_that_is_not_as_published_is_named(spoil, told, tmp_path):
    write_idx(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ValueError, match=f"data_dir: .*{told}") as refused:
        data.load("mnist", tmp_path)
    assert "pixels" in told or "labels" in told or str(path) in str(refused.value)


def test_a_label_of_no_class_is_refused(tmp_path):
    write_idx(tmp_path)
    path = tmp_path / "t10k-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\xc8")
    with pytest.raises(ValueError, match="data_dir: expected test labels of 0 to 9, got 200"):
        data.load("mnist", tmp_path)


@pytest.mark.parametrize("kept", [0, 5, 30, -300, -4])
def test_a_cut_gzip_file_is_named(kept, tmp_path):
    write_idx(tmp_path, packed=True)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match=f"data_dir: .*{re.escape(str(path))}"):
        data.load("mnist", tmp_path)


def test_a_gzip_file_with_a_wrong_byte_is_named(tmp_path):
    write_idx(tmp_path, packed=True)
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    raw = bytearray(path.read_bytes())
    raw[-6] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=r"expected a whole gzip file, got .*t10k-images"):
        data.load("mnist", tmp_path)


class Malicious:
    """Its pickle is a call of a function with arguments."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def test_a_pickle_that_runs_code_is_refused_and_runs_nothing(tmp_path):
    write_cifar(tmp_path)
    made = tmp_path / "made"
    calls = [
        Malicious(os.mkdir, str(made)),
        Malicious(eval, f"__import__('os').mkdir({str(made)!r})"),
        Malicious(getattr, "", "join"),
        Malicious(np.memmap, str(made), "u1", "w+", 0, (1,)),
        Malicious(np.dtype, "O"),
    ]
    for call in calls:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            raw = pickle.dumps({b"data": call, b"labels": [0]}, protocol)
            (tmp_path / "data_batch_1").write_bytes(raw)
            with pytest.raises(
                ValueError, match=r"data_batch_1 as published, got .*/data_batch_1: "
            ):
                data.load("cifar10", tmp_path)
    assert not made.exists()
    pickle.loads(pickle.dumps(calls[0]))  # the calls are in earnest
    assert made.exists()


def test_an_array_of_bytes_is_read_and_no_other():
    bytes_ = np.arange(6, dtype=np.uint8).reshape(2, 3)
    for array in (bytes_, np.asfortranarray(bytes_), bytes_[:, :0]):
        read = pickles.read(pickle.dumps({b"data": array}, 4))
        np.testing.assert_array_equal(read[b"data"], array)
        assert read[b"data"].shape == array.shape
    for array in (bytes_.astype(float), np.array([None, "x"]), np.array([(1, 2)], "u1, f4")):
        with pytest.raises(ValueError, match="UnpicklingError"):
            pickles.read(pickle.dumps({b"data": array}, 4))


def test_a_batch_that_is_cut_or_changed_is_refused_or_read(tmp_path):
    """Cut anywhere, or with any one byte changed in what stands around the pixels."""
    write_cifar(tmp_path, each=1)
    path = tmp_path / "test_batch"
    raw = path.read_bytes()
    edges = [*range(200), *range(len(raw) - 60, len(raw))]
    spoilt = [raw[:at] for at in edges]
    spoilt += [
        raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :] for at in edges for flip in (1, 64)
    ]
    refused = []
    for one in spoilt:
        path.write_bytes(one)
        try:
            data._cifar10_file(path)
        except ValueError as error:
            assert f"test_batch as published, got {path}: " in str(error)
            refused.append(one)
    assert refused[: len(edges)] == spoilt[: len(edges)]


@pytest.mark.parametrize(
    ("images", "labels", "told"),
    [
        (np.zeros((2, 3072), np.uint8), [0], "not 3,072 bytes for each label"),
        (np.zeros((1, 3071), np.uint8), [0], "not 3,072 bytes for each label"),
        (np.zeros((1, 3072), np.uint8), [256], "bytes must be in range"),
        (np.zeros((1, 3072), np.uint8), [10], "expected training labels of 0 to 9, got 10"),
    ],
)
def test_a_batch_of_another_form_is_refused(images, labels, told, tmp_path):
    write_cifar(tmp_path)
    (tmp_path / "data_batch_2").write_bytes(pickled(images, labels))
    with pytest.raises(ValueError, match=told):
        data.load("cifar10", tmp_path)
