"""Lines in, files out, and one line found again."""

import asyncio
import json
from pathlib import Path

import pytest

from twogate.dataplane.access_log import LONGEST_LINE, AccessLog, find, request_time
from twogate.dataplane.edge_config import Retention
from twogate.terms.instant import Instant

UUID = "9cb6c3a0-5a5b-4a39-8f5e-0a4f9f4d2b11"


class Hands:
    """A clock that is set by hand."""

    def __init__(self, text: str) -> None:
        self.set(text)

    def set(self, text: str) -> None:
        from datetime import datetime  # noqa: PLC0415  # only here

        self._now = Instant.from_seconds(datetime.fromisoformat(text).timestamp())

    def now(self) -> Instant:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@pytest.fixture
def hands() -> Hands:
    """A quarter past nine."""
    return Hands("2026-11-24T09:15:00+00:00")


def line(rid: str, size: int = 0) -> bytes:
    """One line as HAProxy sends it."""
    return json.dumps({"rid": rid, "ua": "x" * size}).encode() + b"\n"


def test_lines_go_into_the_file_of_the_hour(tmp_path: Path, hands: Hands) -> None:
    """Lines are appended to the file of the hour in which they arrive."""
    log = AccessLog(tmp_path, Retention(), hands)
    log.feed(line("a"))
    log.flush()
    hands.set("2026-11-24T10:00:00+00:00")
    log.feed(line("b"))
    log.flush()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "2026-11-24T09.jsonl": line("a"),
        "2026-11-24T10.jsonl": line("b"),
    }


def test_a_piece_without_an_end_waits_for_it(tmp_path: Path, hands: Hands) -> None:
    """A line that arrives in two pieces is taken once, whole."""
    log = AccessLog(tmp_path, Retention(), hands)
    whole = line("a")
    rest = log.feed(whole[:5])
    assert log.counts.taken == 0
    assert log.feed(rest + whole[5:]) == b""
    assert log.counts.taken == 1


def test_bad_lines_are_counted_and_left_out(tmp_path: Path, hands: Hands) -> None:
    """What is no JSON object, and what is longer than any log line, is counted and never written."""
    log = AccessLog(tmp_path, Retention(), hands)
    log.feed(b"hello\n\n" + b"{" + b"x" * LONGEST_LINE + b"}\n" + line("a"))
    log.flush()
    assert log.counts.bad == 2
    assert (tmp_path / "2026-11-24T09.jsonl").read_bytes() == line("a")
    assert log.feed(b"y" * (LONGEST_LINE + 1)) == b""  # an endless line is not kept in memory
    assert log.counts.bad == 3


def test_lines_that_haproxy_dropped_are_counted(tmp_path: Path, hands: Hands) -> None:
    """A ring that overflowed says how many lines it lost; the number is kept."""
    log = AccessLog(tmp_path, Retention(), hands)
    log.feed(b"<133>1 2026 - - 12 - - 1234 events dropped\n1 event dropped\n")
    assert log.facts() == {"taken": 0, "bad": 0, "dropped": 1235, "unwritten": 0}


def test_a_full_file_is_followed_by_another(tmp_path: Path, hands: Hands) -> None:
    """A file that has reached its size is closed within the hour, also across a restart."""
    for _ in range(2):
        log = AccessLog(tmp_path, Retention(file_bytes=100), hands)
        for rid in ("a", "b"):
            log.feed(line(rid, 120))
            log.flush()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["2026-11-24T09.1.jsonl", "2026-11-24T09.2.jsonl", "2026-11-24T09.3.jsonl", "2026-11-24T09.jsonl"]


def test_old_files_go_by_days_and_by_size(tmp_path: Path, hands: Hands) -> None:
    """Files older than the retention go; of the rest the oldest go until the total fits."""
    for name, size in (("2026-11-01T00", 10), ("2026-11-23T00", 600), ("2026-11-24T00", 600)):
        (tmp_path / f"{name}.jsonl").write_bytes(b"x" * size)
    (tmp_path / "notes.txt").write_text("not ours")
    log = AccessLog(tmp_path, Retention(days=7, total_bytes=1000), hands)
    log.feed(line("a"))
    log.flush()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2026-11-24T00.jsonl",
        "2026-11-24T09.jsonl",
        "notes.txt",
    ]


def test_a_disk_that_takes_nothing_costs_lines_only(tmp_path: Path, hands: Hands) -> None:
    """When the directory cannot be written, lines are counted as unwritten and the intake goes on."""
    log = AccessLog(tmp_path / "missing", Retention(), hands)
    log.feed(line("a"))
    log.flush()
    assert log.counts.unwritten == 1
    (tmp_path / "missing").mkdir()
    log.feed(line("b"))
    log.flush()
    assert len(list((tmp_path / "missing").iterdir())) == 1


def test_a_request_is_found_by_the_time_in_its_id(tmp_path: Path) -> None:
    """An id that begins with its time is looked for only in the files from that time on."""
    at = 0x69240A00
    rid = f"{at * 1_000_000:016X}-C2049919"
    assert request_time(rid) == at
    (tmp_path / "2020-01-01T00.jsonl").write_bytes(line(rid))
    (tmp_path / "2025-11-24T07.jsonl").write_bytes(line("x") * 3 + json.dumps({"ua": rid}).encode() + b"\n")
    assert find(tmp_path, rid) is None
    (tmp_path / "2025-11-24T08.jsonl").write_bytes(line("x") + line(rid, 3) + line("y"))
    assert find(tmp_path, rid) == {"rid": rid, "ua": "xxx"}


def test_a_request_without_time_is_found_too(tmp_path: Path) -> None:
    """A plain UUID is looked for in every file."""
    (tmp_path / "2020-01-01T00.jsonl").write_bytes(line(UUID))
    (tmp_path / "2021-01-01T00.jsonl").write_bytes(b'not json "' + UUID.encode() + b'"\n')
    assert request_time(UUID) is None
    assert find(tmp_path, UUID) == {"rid": UUID, "ua": ""}


def test_an_id_of_an_impossible_time_is_no_trouble(tmp_path: Path) -> None:
    """An id that claims the year 586524 is looked for everywhere and found nowhere."""
    assert request_time("F" * 16 + "-00000000") is None
    assert find(tmp_path, "F" * 16 + "-00000000") is None


@pytest.mark.parametrize("nonsense", ["", "../../etc/passwd", "x" * 40, '"', "ab\n"])
def test_what_is_no_request_id_is_not_looked_for(tmp_path: Path, nonsense: str) -> None:
    """Text that is no request id finds nothing and touches no file."""
    (tmp_path / "2020-01-01T00.jsonl").write_bytes(line(nonsense))
    assert find(tmp_path, nonsense) is None


async def test_lines_arrive_over_the_socket(short_dir: Path, hands: Hands) -> None:
    """Several senders at once lose nothing, and what is buffered at the end is written."""
    log = AccessLog(short_dir / "traffic", Retention(), hands)
    running = asyncio.create_task(log.run(short_dir / "s"))
    while not (short_dir / "s").exists():  # noqa: ASYNC110
        await asyncio.sleep(0.005)

    async def send(name: str) -> None:
        _, writer = await asyncio.open_unix_connection(str(short_dir / "s"))
        for number in range(500):
            writer.write(line(f"{name}{number}", 100))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(send(name) for name in "abc"))
    while log.counts.taken < 1500:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    written = (short_dir / "traffic" / "2026-11-24T09.jsonl").read_bytes()
    assert written.count(b"\n") == 1500
