"""The shipped digit classifier under the field's name for it: what reads photographs or scores samples from outside asks here."""

from gan_core.model.digit_reader import CLASSIFIER, Reading, load, read

__all__ = ["CLASSIFIER", "Reading", "load", "read"]
