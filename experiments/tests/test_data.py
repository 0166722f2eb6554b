"""Reading data: the files in their formats, the hash, what is said of a file that is not there."""

import numpy as np
import pytest
import torch

from experiments import data
from experiments.tests.files import IMAGES, LABELS, write_cifar, write_idx


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
