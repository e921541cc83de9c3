"""A person's own data: a folder or a zip of pictures (sub-folders are classes), an `.npz`, `.npy`, CSV or idx file.

Pictures are taken as they are, only of the size and the colours that are learned: nothing is inverted or centred unless it is asked for
(gan_core/preparation.py). What was understood, and what was left out and why, stands in a `Sheet`.
"""

from gan_core.data.own.pictures import SUFFIXES
from gan_core.data.own.reading import KNOWN, Examined, OwnData, classes_of, count_folder, examine, load_own, look_at
from gan_core.data.own.sheet import Sheet

__all__ = ["KNOWN", "SUFFIXES", "Examined", "OwnData", "Sheet", "classes_of", "count_folder", "examine", "load_own", "look_at"]
