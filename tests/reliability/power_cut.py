"""Which files does a power cut leave behind? What was made sure of, and chance's rest.

A disk keeps what it was told to make sure of. Of all that was written after that it may
have kept anything: nothing, everything, single sectors, in any order.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.recorded_disk import FILES, STEP, Step

SECTOR = 512  # bytes that a disk writes wholly or not at all


@dataclass(frozen=True, slots=True)
class Recorded:
    """One step, and where in the book it ends."""

    step: Step
    file: int
    where: int
    content: bytes
    ends: int


@dataclass
class Disk:
    """One file: what is sure to be there, and the steps that may be lost."""

    sure: bytearray = field(default_factory=bytearray)
    unsure: list[Recorded] = field(default_factory=list)
    exists: bool = False

    def meet(self, one: Recorded) -> None:
        """Take one step."""
        if one.step is Step.DELETE:  # lost or not: the whole file, or none
            self.sure, self.unsure, self.exists = bytearray(), [], False
            return
        self.exists = True
        if one.step is Step.SYNC:
            for step in self.unsure:
                _do(self.sure, step)
            self.unsure.clear()
        else:
            self.unsure.append(one)

    def after_a_cut(self, chance: random.Random) -> bytes:
        """Return what the file holds when the power is back."""
        content = bytearray(self.sure)
        share = chance.choice([0.0, 0.5, 1.0])
        for step in self.unsure:
            for piece in _sectors(step):
                if chance.random() < share:
                    _do(content, piece)
        return bytes(content)


def steps_in(book: Path) -> Iterator[Recorded]:
    """Read what a server asked of its disk."""
    content, at = book.read_bytes(), 0
    while at + STEP.size <= len(content):
        step, file, where, length = STEP.unpack_from(content, at)
        begins, at = at + STEP.size, at + STEP.size + length
        if at <= len(content):  # the last one may be cut off
            yield Recorded(Step(step), file, where, content[begins:at], at)


def lay_out(
    before: bytes,
    steps: list[Recorded],
    cut: int,
    folder: Path,
    chance: random.Random,
) -> Path:
    """Leave the files as a cut at this place of the book may leave them."""
    disks = [Disk(bytearray(before), exists=True), Disk()]
    for step in steps:
        if step.ends > cut:
            break
        disks[step.file].meet(step)
    folder.mkdir(parents=True)
    for name, disk in zip(FILES, disks, strict=True):
        if disk.exists:
            (folder / name).write_bytes(disk.after_a_cut(chance))
    return folder / FILES[0]


def _do(content: bytearray, one: Recorded) -> None:
    end = one.where + len(one.content)
    if one.step is Step.TRUNCATE:
        del content[one.where :]
    elif len(content) < end:
        content.extend(bytes(end - len(content)))
    content[one.where : end] = one.content


def _sectors(one: Recorded) -> Iterator[Recorded]:
    """Cut a write where a disk may tear it."""
    if one.step is not Step.WRITE:
        yield one
        return
    at = 0
    while at < len(one.content):
        room = SECTOR - (one.where + at) % SECTOR
        piece = one.content[at : at + room]
        yield Recorded(one.step, one.file, one.where + at, piece, one.ends)
        at += room
