"""The text that generated modules share: faults, registers, memory, division, a unit's methods."""

from __future__ import annotations

__all__ = ["DIVISION", "MEMORY", "METHODS", "SHARED"]

SHARED = '''\
class TranslationFault(Exception):
    """An access that is not translated.

    Members
    -------
    cause : why
    va : virtual address
    access : what was asked
    """

    def __init__(self, cause: Cause, va: int, access: Access) -> None:
        super().__init__(f"{cause.name} at 0x{va:x} ({access!r})")
        self.cause = cause
        self.va = va
        self.access = access


class BusError(Exception):
    """An access to an offset without a register, or in a direction that the register refuses."""


class Field:
    """Bits ``low .. low + width - 1`` of a register: read extracts, assignment writes it back."""

    def __init__(self, low: int, width: int) -> None:
        self.low = low
        self.mask = (1 << width) - 1

    def __get__(self, register: Register, owner: object = None) -> int:
        return register.read() >> self.low & self.mask

    def __set__(self, register: Register, value: int) -> None:
        rest = register.read() & ~(self.mask << self.low)
        register.write(rest | (value & self.mask) << self.low)


class Register:
    """A register on the bus, at byte `offset`, of `size` bytes."""

    name = ""
    size = 0

    def __init__(
        self, offset: int, read: Callable[[], int] | None, write: Callable[[int], None] | None
    ) -> None:
        self.offset = offset
        self._read = read
        self._write = write

    def read(self) -> int:
        """Read the register, as the bus does."""
        if self._read is None:
            raise BusError(f"{self.name} at 0x{self.offset:x} cannot be read")
        return self._read()

    def write(self, value: int) -> None:
        """Write the register, as the bus does; bits above its size are ignored."""
        if self._write is None:
            raise BusError(f"{self.name} at 0x{self.offset:x} cannot be written")
        self._write(value & (1 << 8 * self.size) - 1)
'''

MEMORY = '''\
class Memory:
    """Bytes by address, little endian; what was never written is 0."""

    def __init__(self) -> None:
        self.bytes: dict[int, int] = {}

    def read(self, address: int, size: int) -> int:
        """Return `size` bytes at a byte address."""
        return sum(self.bytes.get(address + k, 0) << 8 * k for k in range(size))

    def write(self, address: int, size: int, value: int) -> None:
        """Write `size` bytes at a byte address."""
        for k in range(size):
            self.bytes[address + k] = value >> 8 * k & 0xFF
'''

DIVISION = '''\
def _sdiv(a: int, b: int, width: int) -> int:
    """Signed division, truncated; all ones by 0."""
    mask, sign = (1 << width) - 1, 1 << width - 1
    if b == 0:
        return mask
    x, y = (a ^ sign) - sign, (b ^ sign) - sign
    quotient = abs(x) // abs(y)
    return (quotient if (x < 0) == (y < 0) else -quotient) & mask


def _srem(a: int, b: int, width: int) -> int:
    """Remainder of signed division, with the sign of `a`; `a` by 0."""
    mask, sign = (1 << width) - 1, 1 << width - 1
    if b == 0:
        return a
    x, y = (a ^ sign) - sign, (b ^ sign) - sign
    remainder = abs(x) % abs(y)
    return (-remainder if x < 0 else remainder) & mask
'''

METHODS = '''\
def reset(self) -> None:
    """Return to the state after reset."""
    self.state = State()

def translate(self, va: int, access: int) -> int:
    """Return the physical address of an access; `access` is of the flags of `Access`.

    Raises
    ------
    TranslationFault : the access is not translated
    """
    pa, cause = self.translate_raw(va, access)
    if cause:
        raise TranslationFault(Cause(cause), va, Access(access))
    return pa

def read(self, offset: int) -> int:
    """Read the register at a byte offset.

    Raises
    ------
    BusError : there is none, or it cannot be read
    """
    return self._register(offset).read()

def write(self, offset: int, value: int) -> None:
    """Write the register at a byte offset.

    Raises
    ------
    BusError : there is none, or it cannot be written
    """
    self._register(offset).write(value)

def _register(self, offset: int) -> Register:
    register = self._at.get(offset)
    if register is None:
        raise BusError(f"there is no register at 0x{offset:x}")
    return register
'''
