"""Sessions on disk: one file each in the data folder, whole or not at all.

    tinkernet session 1⏎  length of the header (4 bytes)  its SHA-256  header (JSON)  checkpoint

The header says whose session it is (hashes of its tokens, never a token), its experiment, and the
checkpoint's own SHA-256: a torn or flipped file is noticed. A file is written beside and then takes
the name, so that after a crash there is the old one or the new. Its name is a hash of the id.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from engine.errors import Broken

FORMAT: Final = 1
MOST: Final = 1000  # sessions kept; the oldest go first
BYTES: Final = 2 * 2**30  # of all files together
TORN: Final = 3600.0  # seconds after which nobody is writing a file any more
_MAGIC: Final = b"tinkernet session "
_HEADER: Final = 8 * 2**20


@dataclass(frozen=True)
class Kept:
    """What the front knows of a session on disk. Hashes are written as hexadecimal text. finished:
    which end its run had reached, if it stood there."""

    id: str
    token_hash: str
    read_hash: str
    experiment: dict[str, Any]
    incarnation: int
    finished: dict[str, Any] | None = None


class Store:
    """A folder of sessions; made when the first one is written. Blocking: call it in a thread."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._clock = folder, clock
        # Files half written, as they were when first seen, and when that was.
        self._parts: dict[tuple[Path, int], float] = {}

    def save(self, kept: Kept, checkpoint: bytes) -> None:
        """Write a session, atomically. Raises `OSError`, and then the file is as it was."""
        digest = hashlib.sha256(checkpoint).hexdigest()
        header = json.dumps({**asdict(kept), "checkpoint": digest}, separators=(",", ":")).encode()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(kept.id)
        beside = path.with_suffix(".part")
        try:
            with beside.open("wb") as file:
                file.write(_MAGIC + b"%d\n" % FORMAT + len(header).to_bytes(4, "big"))
                file.write(hashlib.sha256(header).digest() + header + checkpoint)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        self._trim()

    def load(self, session: str) -> bytes:
        """The checkpoint of a session. Raises `Broken`, or `OSError` where there is none."""
        with self._path(session).open("rb") as file:
            _, digest = _header(file)
            checkpoint = file.read()
        if hashlib.sha256(checkpoint).hexdigest() != digest:
            raise Broken("The session's file is damaged.")
        return checkpoint

    def all(self) -> Iterator[Kept | Broken]:
        """Every session here; of a file that cannot be read, why not."""
        for path in sorted(self._folder.glob("*.session")):
            try:
                with path.open("rb") as file:
                    yield _header(file)[0]
            except Broken as error:
                yield Broken(f"{path.name}: {error.detail}")
            except OSError as error:
                yield Broken(f"{path.name}: {error.strerror}")

    def remove(self, session: str) -> None:
        """A session that was ended is kept no longer."""
        self._path(session).unlink(missing_ok=True)

    def _path(self, session: str) -> Path:
        return self._folder / f"{hashlib.sha256(session.encode()).hexdigest()[:32]}.session"

    def _trim(self) -> None:
        """Remove the oldest where there are too many, or too large ones, and what a crash left half
        written. Several may be at it: what another removed meanwhile is gone."""
        now = self._clock()
        parts = [(path, at.st_mtime_ns) for path, at in _there(self._folder.glob("*.part"))]
        self._parts = {part: self._parts.get(part, now) for part in parts}
        for (path, _), seen in self._parts.items():
            if now - seen > TORN:
                path.unlink(missing_ok=True)
        found = list(_there(self._folder.glob("*.session")))
        found.sort(key=lambda each: each[1].st_mtime_ns)
        total = sum(status.st_size for _, status in found)
        # The newest stays in any case.
        for number, (path, status) in enumerate(found[:-1]):
            if len(found) - number <= MOST and total <= BYTES:
                return
            path.unlink(missing_ok=True)
            total -= status.st_size


def _there(paths: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """Those that are there, with what the system says of them."""
    for path in paths:
        try:
            yield path, path.stat()
        except FileNotFoundError:
            continue


def _header(file: BinaryIO) -> tuple[Kept, str]:
    """The header of an open file, and the digest of the checkpoint that follows."""
    first = file.readline(64)
    if not first.startswith(_MAGIC):
        raise Broken("This is no session's file.")
    if first != _MAGIC + b"%d\n" % FORMAT:
        raise Broken("The file was written by a newer Tinkernet than this one.")
    length = int.from_bytes(file.read(4), "big")
    digest = file.read(32)
    header = file.read(min(length, _HEADER))
    if len(header) != length or hashlib.sha256(header).digest() != digest:
        raise Broken("The session's file is damaged.")
    told = json.loads(header)
    checkpoint: str = told.pop("checkpoint")
    return Kept(**told), checkpoint
