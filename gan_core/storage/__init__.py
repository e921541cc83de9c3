"""Files written whole or not at all, files of strangers read within bounds, and locks between processes."""

from gan_core.storage.fields import Fields
from gan_core.storage.files import parse_json, read_bytes, read_json, write_bytes, write_json
from gan_core.storage.locks import holding, take

__all__ = ["Fields", "holding", "parse_json", "read_bytes", "read_json", "take", "write_bytes", "write_json"]
