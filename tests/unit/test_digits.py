import numpy as np
from sklearn.datasets import load_digits

from gan_core.data.sklearn_digits import mnist_look, read_digits, read_small_digits


def test_the_file_read_directly_is_what_scikit_learn_gives():
    small, labels = read_small_digits()
    golden = load_digits()
    np.testing.assert_array_equal(small, golden.images)
    np.testing.assert_array_equal(labels, golden.target)


def test_every_digit_is_read_once_and_has_ink_within_the_box():
    images, labels = read_digits()
    assert images.shape == (1797, 28, 28) and np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert read_digits()[0] is images
    rows = (images > 0).any(axis=2).sum(axis=1)
    assert rows.min() >= 17 and rows.max() <= 20 and (images > 250).any(axis=(1, 2)).all()


def test_a_bar_stays_a_bar():
    bar = np.zeros((8, 8), np.float32)
    bar[:, 3:5] = 1
    look = mnist_look(bar)
    assert look.max() == 255 and (look[14] > 127).sum() in (4, 5) and not look[:, :10].any() and not look[:, 18:].any()
