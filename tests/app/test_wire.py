"""Arrays to bytes and back: safetensors as browsers and Python read it, JSON, npz, PNG."""

from __future__ import annotations

import io
import json
import struct
import zlib

import numpy as np
import pytest
import safetensors.numpy

from app import wire
from app.png import png, sheet, signed

ARRAYS = {
    "picture": np.arange(12, dtype=np.uint8).reshape(3, 4),
    "weight": np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3),
    "exact": np.array([np.pi]),
    "which": np.array([3, -1], np.int32),
    "empty": np.zeros((0, 2), np.float32),
    "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
}


def header(message: bytes) -> tuple[int, dict[str, object]]:
    length = struct.unpack_from("<Q", message)[0]
    return length, json.loads(message[8 : 8 + length])


def test_the_safetensors_package_reads_our_messages() -> None:
    read = safetensors.numpy.load(wire.safetensors(ARRAYS, {"v": 1}))
    assert read.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype


def test_larger_items_come_first_and_all_are_aligned() -> None:
    for length in range(9):  # headers of any length
        message = wire.safetensors(ARRAYS, {"note": "x" * length})
        size, entries = header(message)
        assert (8 + size) % 8 == 0
        entries.pop("__metadata__")
        items = {"F64": 8, "F32": 4, "I32": 4, "U8": 1}
        sizes = [items[e["dtype"]] for e in entries.values()]
        assert sizes == sorted(sizes, reverse=True)
        for e in entries.values():
            assert e["data_offsets"][0] % items[e["dtype"]] == 0


def test_the_metadata_is_one_json_text() -> None:
    told = {"session": "a", "step": np.int64(3), "nan": float("nan"), "list": [np.float32(0.5)]}
    _, entries = header(wire.safetensors({}, told))
    assert json.loads(entries["__metadata__"]["tinkernet"]) == {
        "session": "a", "step": 3, "nan": None, "list": [0.5],
    }  # fmt: skip


def test_pictures_come_back_within_half_a_level() -> None:
    picture = np.random.default_rng(5).uniform(-3, 3, (9, 9)).astype(np.float32)
    q = wire.quantize(picture, -3.0, 3.0)
    assert q.dtype == np.uint8
    assert np.abs(-3 + q * (6 / 255) - picture).max() <= 3 / 255 * 1.0001


def test_what_is_not_finite_or_outside_is_clamped() -> None:
    odd = np.array([np.nan, np.inf, -np.inf, 7.0, -7.0], np.float32)
    assert wire.quantize(odd, -1.0, 1.0).tolist() == [128, 255, 0, 255, 0]
    assert wire.reach(odd) == 7.0
    assert wire.reach(np.zeros(3)) == 1.0


def test_json_has_null_where_a_number_is_not_finite() -> None:
    raw = wire.as_json("p", 0, 4, {"x": float("inf")}, {"a": np.array([[1.5, np.nan]], np.float32)})
    assert json.loads(raw) == {
        "probe": "p", "line": 0, "step": 4, "info": {"x": None},
        "arrays": {"a": {"shape": [1, 2], "dtype": "float32", "values": [[1.5, None]]}},
    }  # fmt: skip


def test_numpy_opens_the_npz_without_pickle() -> None:
    with np.load(io.BytesIO(wire.npz(ARRAYS, {"step": 2})), allow_pickle=False) as read:
        np.testing.assert_array_equal(read["weight"], ARRAYS["weight"])
        assert json.loads(str(read["tinkernet"])) == {"step": 2}


def test_a_png_holds_the_pixels_row_by_row() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    made = png(pixels)
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack_from("!2I", made, 16) == (3, 2)
    start = made.index(b"IDAT")
    size = struct.unpack_from("!I", made, start - 4)[0]
    rows = zlib.decompress(made[start + 4 : start + 4 + size])
    assert rows == b"".join(b"\0" + row.tobytes() for row in pixels)
    crc = struct.unpack_from("!I", made, start + 4 + size)[0]
    assert crc == zlib.crc32(made[start : start + 4 + size])


def test_signs_are_orange_and_blue_about_a_neutral_zero() -> None:
    low, zero, high = signed(np.array([[-1.0, 0.0, 1.0]], np.float32), -1.0, 1.0)[0].tolist()
    assert low == [234, 154, 76]
    assert zero == [246, 243, 236]
    assert high == [80, 150, 207]


@pytest.mark.parametrize(("count", "shape"), [(1, (4, 4)), (3, (9, 9)), (5, (9, 14))])
def test_several_pictures_stand_on_one_sheet(count: int, shape: tuple[int, int]) -> None:
    assert sheet(np.ones((count, 4, 4), np.float32)).shape == shape
