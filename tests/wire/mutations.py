"""Mutations of frames: random corruption, wrong claims, and targeted attacks on Cap'n Proto."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

STRUCT, LIST, FAR, OTHER = 0, 1, 2, 3


def pointer(kind: int, offset: int, rest: int) -> int:
    """Return a struct or list pointer: `offset` in words from its end, `rest` the upper half."""
    return (kind | (offset & 0x3FFFFFFF) << 2) | (rest & 0xFFFFFFFF) << 32


def list_pointer(offset: int, element: int, count: int) -> int:
    return pointer(LIST, offset, element | count << 3)


def far_pointer(word: int, segment: int, *, double: bool = False) -> int:
    """Return a far pointer to word number `word` of a segment."""
    return FAR | double << 2 | (word & 0x1FFFFFFF) << 3 | segment << 32


def read_word(frame: bytes, at: int) -> int:
    return int.from_bytes(frame[8 * at : 8 * at + 8], "little")


def put_word(frame: bytes, at: int, word: int) -> bytes:
    return frame[: 8 * at] + (word % 2**64).to_bytes(8, "little") + frame[8 * at + 8 :]


def cut(frame: bytes, dice: random.Random) -> bytes:
    return frame[: dice.randrange(len(frame) + 1)]


def cut_and_claim_less(frame: bytes, dice: random.Random) -> bytes:
    """Truncate the frame, with a segment table that matches the rest."""
    words = dice.randrange(1, max(2, len(frame) // 8))
    return frame[:4] + struct.pack("<I", words - 1) + frame[8 : 8 * words]


def flip_bits(frame: bytes, dice: random.Random) -> bytes:
    noisy = bytearray(frame)
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(noisy))
        noisy[at] ^= 1 << dice.randrange(8)
    return bytes(noisy)


def overwrite_bytes(frame: bytes, dice: random.Random) -> bytes:
    noisy = bytearray(frame)
    at = dice.randrange(len(noisy))
    noisy[at : at + dice.randrange(1, 17)] = dice.randbytes(dice.randrange(1, 17))
    return bytes(noisy)


def lie_about_a_pointer(frame: bytes, dice: random.Random) -> bytes:
    """Replace a word that looks like a pointer, or any word, by another pointer."""
    words = len(frame) // 8
    places = [at for at in range(1, words) if read_word(frame, at) >> 32 > 0 and read_word(frame, at) & 3 < 3]
    at = dice.choice(places) if places and dice.random() < 0.9 else dice.randrange(1, words)
    return put_word(frame, at, lying_word(read_word(frame, at), at, words, dice))


def lying_word(word: int, at: int, words: int, dice: random.Random) -> int:
    """Return a pointer that an unchecked reader would follow out of bounds, too often or in circles."""
    somewhere = dice.randrange(-at, words - at)
    huge = dice.choice((2**29 - 1, 2**28, 2**20, words, words + 1, dice.randrange(2**29)))
    return dice.choice(
        (
            pointer(STRUCT, -1, word >> 32),
            pointer(STRUCT, somewhere, word >> 32),
            pointer(word & 3, somewhere, word >> 32),
            pointer(STRUCT, 0, 0xFFFFFFFF),
            pointer(STRUCT, dice.choice((0, somewhere)), dice.randrange(8) | dice.randrange(9) << 16),
            list_pointer(dice.choice((0, -1, somewhere)), dice.randrange(8), huge),
            list_pointer(word >> 2 & 0x3FFFFFFF, word >> 32 & 7, huge),
            list_pointer(somewhere, 7, dice.randrange(words)),
            pointer(STRUCT, huge, dice.choice((0, 1, 1 << 16, word >> 32))),
            far_pointer(at - 1, 0),
            far_pointer(
                dice.randrange(words), dice.choice((0, 1, 511, 2**32 - 1)), double=dice.random() < 0.5
            ),
            pointer(OTHER, 0, dice.randrange(2**32)),
            word ^ 1 << dice.randrange(64),
            0,
            2**64 - 1,
        )
    )


def lie_about_segments(frame: bytes, dice: random.Random) -> bytes:
    count = dice.choice((0, 1, 2, 511, 512, 2**31, 2**32 - 1, dice.randrange(2**32)))
    size = dice.choice((0, 1, len(frame) // 8 - 2, 2**32 - 1, dice.randrange(2**32)))
    if dice.random() < 0.5:
        return struct.pack("<I", count) + frame[4:]
    return frame[:4] + struct.pack("<I", size) + frame[8:]


def split_into_segments(frame: bytes, dice: random.Random) -> bytes:
    """Declare the same words as two segments, so that pointers across the boundary leave their segment."""
    words = len(frame) // 8 - 1
    first = dice.randrange(words + 1)
    return struct.pack("<IIII", 1, first, words - first, 0) + frame[8:]


def move_words(frame: bytes, dice: random.Random) -> bytes:
    """Repeat, remove or move words."""
    words = len(frame) // 8
    start, stop = sorted((dice.randrange(1, words + 1), dice.randrange(1, words + 1)))
    part, at = frame[8 * start : 8 * stop], 8 * dice.randrange(1, words + 1)
    rest = frame[: 8 * start] + frame[8 * stop :] if dice.random() < 0.5 else frame
    whole = rest[:at] + part + rest[at:]
    return whole[:4] + struct.pack("<I", len(whole) // 8 - 1) + whole[8:]


def change_number(frame: bytes, dice: random.Random) -> bytes:
    """Change the union number of the message."""
    return frame[:16] + struct.pack("<H", dice.choice((*range(21), 65535))) + frame[18:]


def change_shape(frame: bytes, dice: random.Random) -> bytes:
    """Give the message's struct another shape."""
    if len(frame) < 32:
        return frame
    return frame[:28] + struct.pack("<HH", dice.randrange(9), dice.randrange(12)) + frame[32:]


Mutation = Callable[[bytes, random.Random], bytes]

MUTATIONS: tuple[Mutation, ...] = (
    cut,
    cut_and_claim_less,
    flip_bits,
    overwrite_bytes,
    lie_about_a_pointer,
    lie_about_a_pointer,
    lie_about_a_pointer,
    lie_about_segments,
    split_into_segments,
    move_words,
    change_number,
    change_shape,
)


def mutate(frame: bytes, seed: int) -> bytes:
    """Return `frame` after one to four mutations."""
    dice = random.Random(seed)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 4))):
        if len(frame) >= 16:
            frame = dice.choice(MUTATIONS)(frame, dice)
    return frame
