"""Files that are there, whole, once a call returns."""

from concurrent.futures import ThreadPoolExecutor

from cairn.journal.durable import write_durably


def test_the_same_photo_may_be_written_by_several_threads_at_once(tmp_path):
    """A phone that was cut off sends its photo again while the first one is still being kept."""
    path, content = tmp_path / "kept" / "photo.jpg", b"\xff\xd8" * 100_000

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _nth: write_durably(path, content), range(40)))

    assert path.read_bytes() == content
    assert [one.name for one in path.parent.iterdir()] == ["photo.jpg"]
