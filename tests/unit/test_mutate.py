"""A few changed files against every reader (tests/stress/mutate.py has 100,000 each), and that what is wrong would be seen."""

from pathlib import Path

import pytest
from stress import mutate, readers
from stress.reader import Reader

READERS = [readers.checkpoint_config, readers.metrics, readers.program_file, readers.npz, readers.own_zip, readers.own_table, readers.own_idx,
           readers.picture, readers.link, readers.run_folder, readers.recording, readers.folder_of_links]  # fmt: skip


@pytest.mark.parametrize("make", READERS, ids=lambda make: make.__name__)
def test_changed_files_are_read_or_refused(make, tmp_path: Path) -> None:
    reader = make(tmp_path)
    assert reader.name in mutate.NAMES
    if make is not readers.folder_of_links:
        assert all(reader.read(seed) for seed in reader.seeds), "the good ones are taken"
    result = mutate.at_random(mutate.Trial(reader, None), 80, seed=1)
    assert result.faults == {} and result.inputs >= 80 and result.accepted + result.refused == result.inputs


def test_all_readers_have_their_turn(tmp_path: Path) -> None:
    assert tuple(reader.name for reader in readers.all_readers(tmp_path)) == mutate.NAMES


def test_a_reader_that_raises_something_else_is_seen_and_its_input_kept(tmp_path: Path) -> None:
    def read(data: bytes) -> bool:
        if b"b" in data:
            raise KeyError(data)
        return True

    trial = mutate.Trial(Reader("broken", [b"a", b"b"], lambda chance, data: data, read), tmp_path / "kept")
    result = mutate.at_random(trial, 40, seed=0)
    (fault,) = result.faults
    assert fault.startswith("KeyError in test_mutate.py:") and result.accepted + result.faults[fault] == result.inputs == 40
    assert [path.read_bytes() for path in (tmp_path / "kept").glob("*.input")] == [b"b"]
    assert "broken" in mutate.row(result)
