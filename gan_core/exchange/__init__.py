"""Ways out of the project and into it: Keras, ONNX, LiteRT, SavedModel, the Hugging Face Hub.

One file a format. What is written is made from the program alone (gan_core/model/program.py), operation by operation out of one table a
format, so a new kind of operation needs one line in each. The libraries at the other end are imported when they are needed.
"""

from gan_core.exchange.model import Model

__all__ = ["Model"]
