"""
A screenshot with at most 256 colours, so that the pictures of the documentation stay small.

Comes in: a PNG as Chromium writes it (8 bits, RGB or RGBA, not interlaced). Goes out: the same picture with a palette
of its commonest colours; a rarer one becomes the nearest of them.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256


def with_few_colours(png: bytes) -> bytes:
    """The picture with a palette."""
    pixels = _pixels(png)
    height, width, _ = pixels.shape
    packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    found, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    kept = found[np.argsort(-counts)[:COLOURS]]
    palette = np.stack([kept >> 16, kept >> 8 & 255, kept & 255], axis=1).astype(np.int32)
    every = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.int32)
    nearest = np.concatenate(
        [
            ((part[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
            for part in np.array_split(every, max(1, len(every) // 2000))
        ]
    ).astype(np.uint8)
    lines = np.zeros((height, width + 1), dtype=np.uint8)
    lines[:, 1:] = nearest[where].reshape(height, width)
    return b"".join(
        [
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _pixels(png: bytes) -> Pixels:
    """Rows of red, green, blue."""
    if not png.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    place, data = len(SIGNATURE), b""
    width = height = depth = colour = interlaced = 0
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            data += body
        place += 12 + length
    if depth != 8 or colour not in (2, 6) or interlaced:
        raise ValueError(f"PNG of depth {depth}, colour type {colour}, interlaced {interlaced}: not one of Chromium's")
    step = 3 if colour == 2 else 4
    raw = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(height, 1 + width * step)
    rows = np.zeros((height, width * step), dtype=np.uint8)
    above = np.zeros(width * step, dtype=np.uint8)
    for number in range(height):
        above = rows[number] = _unfiltered(int(raw[number, 0]), raw[number, 1:], above, step)
    return rows.reshape(height, width, step)[:, :, :3]


def _unfiltered(kind: int, line: Pixels, above: Pixels, step: int) -> Pixels:
    """One row with its filter taken off (PNG specification, section 9)."""
    if kind == 0:
        return line
    if kind == 2:
        return line + above
    if kind == 1:
        return np.cumsum(line.reshape(-1, step), axis=0, dtype=np.uint8).reshape(-1)
    out = line.copy()
    for at in range(len(line)):
        left = int(out[at - step]) if at >= step else 0
        up = int(above[at])
        corner = int(above[at - step]) if at >= step else 0
        out[at] = (int(line[at]) + ((left + up) // 2 if kind == 3 else _paeth(left, up, corner))) & 255
    return out


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
