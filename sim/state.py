"""The registers of a hart as other forms of its instruction set hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gen.isa import Hart, Isa
from gen.isa.state import ControlFile, File, Register
from gen.isa.values import word

__all__ = ["Held", "get", "put", "registers"]


@dataclass(frozen=True)
class Held:
    """A register of the machine, and where a hart has it.

    Members
    -------
    name : in the machine
    slot : attribute of the hart
    counts : the slot holds the difference to the number of completed instructions
    """

    name: str
    slot: str
    width: int
    is_file: bool = False
    counts: bool = False


def registers(isa: Isa) -> list[Held]:
    """Return every register that is storage, in the order of the machine's."""
    found: list[Held] = []
    for d in isa.state:
        match d:
            case Register():
                found.append(Held(d.name, f"_{d.name}", d.width, counts=d.counts))
            case File():
                found.append(Held(d.name, d.name, d.width, is_file=True))
            case ControlFile():
                own = (c.name for c in d.controls if c.stored)
                found += [Held(name, f"_{name}", d.width) for name in own]
    return found


def get(hart: Hart, r: Held) -> Any:
    """Return a register as a plain number, a file as a list of them."""
    value = getattr(hart, r.slot)
    return [int(v) for v in list.__iter__(value)] if r.is_file else int(value)


def put(hart: Hart, r: Held, value: Any) -> None:
    """Give a hart's register a plain number, a file a list of them."""
    kind = word(r.width)
    if r.is_file:
        list.__setitem__(getattr(hart, r.slot), slice(None), [kind(int(v)) for v in value])
    else:
        setattr(hart, r.slot, kind(int(value)))
