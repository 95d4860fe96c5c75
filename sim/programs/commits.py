"""What an instruction has done, and the formats of logs that tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["FORMATS", "Access", "Commit", "Format"]


@dataclass(frozen=True)
class Access:
    """A value loaded or stored; its bits are four times its digits."""

    address: int
    value: int
    digits: int
    write: bool


@dataclass
class Commit:
    """An instruction that was completed.

    Members
    -------
    number : of instructions before it
    level : privilege level
    code : its word, of `digits` hexadecimal digits
    following : address of the next instruction
    width : hexadecimal digits of an address
    registers : value and digits of each register written, by name
    controls : the same of control registers
    """

    number: int
    level: int
    pc: int
    code: int
    digits: int
    following: int
    width: int
    registers: dict[str, tuple[int, int]] = field(default_factory=dict)
    controls: dict[str, tuple[int, int]] = field(default_factory=dict)
    accesses: list[Access] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """How a log looks: what is at its top, and the line of an instruction."""

    head: str
    line: Callable[[Commit], str]


def _spike(c: Commit) -> str:
    """Return a line as Spike's ``--log-commits`` has it."""
    text = f"core   0: {c.level} 0x{c.pc:0{c.width}x} (0x{c.code:0{c.digits}x})"
    for name, (value, digits) in {**c.registers, **c.controls}.items():
        text += f" {name:<3} 0x{value:0{digits}x}"
    for a in c.accesses:
        text += f" mem 0x{a.address:0{c.width}x}"
        text += f" 0x{a.value:0{a.digits}x}" if a.write else ""
    return text


_SNTF_HEAD = """\
# SNTF
# 1.0
# +time
# +pc
# +instr-code
# +next-pc
# +registers-changed
# +memory-accesses
"""


def _sntf(c: Commit) -> str:
    """Return a line of LLVM-snippy's trace format 1.0; its time is the instruction's number."""
    fields = [str(c.number), f"{c.pc:0{c.width}x}", f"{c.code:08x}", f"{c.following:0{c.width}x}"]
    if c.registers:
        fields.append(",".join(f"{n}={v:0{d}x}" for n, (v, d) in c.registers.items()))
    if c.accesses:
        fields.append(",".join(_sntf_access(a, c.width) for a in c.accesses))
    return " ".join(fields)


def _sntf_access(a: Access, width: int) -> str:
    return f"{a.address:0{width}x}:{'W' if a.write else 'R'}:{a.value:0{a.digits}x}"


FORMATS = {"spike": Format("", _spike), "sntf": Format(_SNTF_HEAD, _sntf)}
