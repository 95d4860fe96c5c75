"""Words: constants of a fixed width, as fast as Python allows. Code on words is the interpreter."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

__all__ = ["BIT", "Word", "word"]

_new = int.__new__


class Word(int):
    """An unsigned number of `width` bits; arithmetic is modulo ``2**width``.

    Comparisons are unsigned, `>>` fills with zeros, ``w[hi:lo]`` are bits as manuals number them.
    A Python number beside a word takes the word's width. Widths of two words are not compared here:
    the symbolic run of the same function does that, once for all values.
    """

    __slots__ = ()
    width: ClassVar[int] = 0
    mask: ClassVar[int] = 0

    def __add__(self, other: int) -> Word:
        return _new(self.__class__, int.__add__(self, other) & self.mask)

    __radd__ = __add__

    def __sub__(self, other: int) -> Word:
        return _new(self.__class__, int.__sub__(self, other) & self.mask)

    def __rsub__(self, other: int) -> Word:
        return _new(self.__class__, int.__sub__(other, self) & self.mask)

    def __mul__(self, other: int) -> Word:
        return _new(self.__class__, int.__mul__(self, other) & self.mask)

    __rmul__ = __mul__

    def __and__(self, other: int) -> Word:
        return _new(self.__class__, int.__and__(self, other) & self.mask)

    __rand__ = __and__

    def __or__(self, other: int) -> Word:
        return _new(self.__class__, int.__or__(self, other) & self.mask)

    __ror__ = __or__

    def __xor__(self, other: int) -> Word:
        return _new(self.__class__, int.__xor__(self, other) & self.mask)

    __rxor__ = __xor__

    def __invert__(self) -> Word:
        return _new(self.__class__, int.__xor__(self, self.mask))

    def __neg__(self) -> Word:
        return _new(self.__class__, int.__neg__(self) & self.mask)

    def __lshift__(self, count: int) -> Word:
        if count >= self.width:
            return _new(self.__class__, 0)
        return _new(self.__class__, int.__lshift__(self, count) & self.mask)

    def __rshift__(self, count: int) -> Word:
        return _new(self.__class__, int.__rshift__(self, count))

    def __getitem__(self, bits: int | slice) -> Word:
        if isinstance(bits, slice):
            high, low = bits.start, bits.stop
            return _new(word(high - low + 1), int.__rshift__(self, low) & (2 << high - low) - 1)
        return _new(BIT, int.__rshift__(self, bits) & 1)

    def __floordiv__(self, other: Any) -> Any:
        raise TypeError("words are divided by udiv, sdiv, urem or srem")

    __truediv__ = __mod__ = __divmod__ = __floordiv__

    def __repr__(self) -> str:
        return f"0x{int(self):0{(self.width + 3) // 4}x}"


@cache
def word(width: int) -> type[Word]:
    """Return the type of words of a width; called, it takes a number from 0 to ``2**width - 1``."""
    return type(
        f"Word{width}", (Word,), {"__slots__": (), "width": width, "mask": (1 << width) - 1}
    )


BIT = word(1)
