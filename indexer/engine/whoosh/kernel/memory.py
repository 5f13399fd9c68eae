"""Reading mapped arrays by address in compiled code.

numba counts references whenever one of several arrays is selected at run time, which costs more than reading the value.
So the loops of `kernel` get addresses. The caller keeps the array alive and the index within its bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]  # has no types
from numba import types
from numba.extending import intrinsic


def _reader(value: Any, bits: ir.Type) -> Any:
    """A function (address, index) -> value number `index` (int64) of the array at `address` (int64)."""

    def read(typing_context: Any, address: Any, index: Any) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], bits.as_pointer())
            return builder.load(builder.gep(pointer, [arguments[1]]))

        return value(types.int64, types.int64), generate

    return intrinsic(read)


u1_at = _reader(types.uint8, ir.IntType(8))
u2_at = _reader(types.uint16, ir.IntType(16))
u4_at = _reader(types.uint32, ir.IntType(32))
u8_at = _reader(types.uint64, ir.IntType(64))
i8_at = _reader(types.int64, ir.IntType(64))
f8_at = _reader(types.float64, ir.DoubleType())


def _lowest(typing_context: Any, word: Any) -> tuple[Any, Callable[..., Any]]:
    """The number of the lowest bit (int64) that is set in a word (uint64), which is not 0."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.uint64), generate


lowest: Any = intrinsic(_lowest)
