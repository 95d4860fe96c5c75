"""Two machines built by hand, with every kind of effect, for tests of whole operations."""

from __future__ import annotations

from types import MappingProxyType

from gen.ir import expr as e
from gen.ir.expr import Expr
from gen.ir.machine import (
    Assign,
    Cover,
    Fault,
    Field,
    InterfaceRegister,
    Load,
    Machine,
    Memory,
    Operation,
    Output,
    Port,
    Register,
)

CAUSES = (
    "not_present",
    "out_of_range",
    "wrong_kind",
    "permission",
    "multiple_match",
    "no_match",
)
TRUE = e.const(1, 1)

_CTRL = (Field("enable", 0, 1), Field("lock", 1, 1), Field("mode", 4, 3))
_ENTRY = (Field("writable", 0, 1), Field("frame", 8, 32))


def sample_machine() -> Machine:
    """Return a unit of four pages: a control register, a register file, a trigger, no memory.

    `ctrl` is locked by its own bit; writing `flush` clears element 0 and counts in `flushes`,
    which software reads (and so clears) but cannot write.
    """
    return Machine(
        name="sample",
        registers=(
            Register("ctrl", 32, reset=0x70, fields=_CTRL),
            Register("flushes", 7),
            Register("entry", 48, count=3, is_file=True, fields=_ENTRY),
        ),
        operations=(_translate(), *_ctrl(), *_entry(), *_flush()),
        causes=CAUSES,
        flags=("readable", "writable"),
        interface=(
            InterfaceRegister("ctrl", "mmio", 0, 4, 1, 0, _CTRL, "ctrl_read", "ctrl_write"),
            InterfaceRegister("flushes", "reg", 4, 1, read="flushes_read"),
            InterfaceRegister("flush", "instr", 8, 4, write="flush_write"),
            InterfaceRegister("entry", "mmio", 16, 8, 3, 8, _ENTRY, "entry_read", "entry_write"),
        ),
        covers=(
            Cover("translate", "permission", "write refused", _refused()),
            Cover("translate", "branch", "never", e.and_(_enabled(), e.not_(_enabled()))),
        ),
        names=MappingProxyType({_page(): "page", _element(): "element"}),
        doc='Four pages, "by hand".',
    )


def _enabled() -> Expr:
    return e.slice_(e.state("ctrl", 32), 0, 1)


def _page() -> Expr:
    return e.slice_(e.input_("va", 14), 12, 2)


def _element() -> Expr:
    return e.regread("entry", e.zext(_page(), 64), 48)


def _refused() -> Expr:
    writes = e.slice_(e.input_("access", 2), 1, 1)
    return e.and_(writes, e.not_(e.slice_(_element(), 0, 1)))


def _translate() -> Operation:
    """Page 3 has no element: it reads 0, frame 0, and is out of range."""
    offset = e.slice_(e.input_("va", 14), 0, 12)
    frame = e.slice_(_element(), 8, 32)
    return Operation(
        "translate",
        (Port("va", 14), Port("access", 2)),
        (
            Fault("not_present", e.not_(_enabled())),
            Fault("out_of_range", e.eq(frame, e.const(0, 32))),
            Fault("permission", _refused()),
        ),
        (Output("pa", e.concat(frame, offset)),),
        doc="Translate an address.",
    )


def _ctrl() -> tuple[Operation, Operation]:
    register, data = e.state("ctrl", 32), e.input_("data", 32)
    unlocked = e.not_(e.slice_(register, 1, 1))
    return (
        Operation("ctrl_read", (), (), (Output("data", register),)),
        Operation("ctrl_write", (Port("data", 32),), (Assign("ctrl", data, unlocked),)),
    )


def _entry() -> tuple[Operation, Operation]:
    index = e.input_("index", 64)
    value = e.slice_(e.input_("data", 64), 0, 48)
    read = e.zext(e.regread("entry", index, 48), 64)
    return (
        Operation("entry_read", (Port("index", 64),), (), (Output("data", read),)),
        Operation(
            "entry_write",
            (Port("data", 64), Port("index", 64)),
            (Assign("entry", value, TRUE, index),),
        ),
    )


def _flush() -> tuple[Operation, Operation]:
    count = e.state("flushes", 7)
    more = e.add(count, e.const(1, 7))
    full = e.eq(count, e.const(127, 7))
    return (
        Operation(
            "flush_write",
            (Port("data", 32),),
            (
                Assign("flushes", more, TRUE),
                Assign("flushes", count, full),  # the last one that fires wins: no wrap
                Assign("entry", e.const(0, 48), TRUE, e.const(0, 64)),
                Assign("entry", e.const(1, 48), TRUE, e.const(3, 64)),  # past the end: nothing
            ),
        ),
        Operation(
            "flushes_read",
            (),
            (Assign("flushes", e.const(0, 7), TRUE),),
            (Output("data", e.zext(count, 8)),),
        ),
    )


def sample_machine_memory() -> Machine:
    """Return a unit that walks a table of two levels in memory, from the parameter `base`.

    An entry of the first level is 8 bytes: bit 0 present, bit 1 leaf, from bit 12 the address of
    the second level, from bit 17 the frame of a leaf; of the second level 4 bytes: bit 0 present,
    from bit 12 the frame.
    """
    va = e.input_("va", 22)
    upper, lower = e.load("upper", 64), e.load("lower", 32)
    leaf = e.slice_(upper, 1, 1)
    descend = e.and_(e.slice_(upper, 0, 1), e.not_(leaf))
    table = e.concat(e.slice_(upper, 12, 52), e.const(0, 12))
    scaled = e.concat(e.slice_(va, 17, 5), e.const(0, 3))
    step = e.concat(e.slice_(va, 12, 5), e.const(0, 2))
    small = e.concat(e.slice_(lower, 12, 20), e.slice_(va, 0, 12))
    large = e.concat(e.slice_(upper, 17, 15), e.slice_(va, 0, 17))
    loads = (
        Load("upper", "memory", e.add(e.input_("base", 64), e.zext(scaled, 64)), 64, TRUE),
        Load("lower", "memory", e.add(table, e.zext(step, 64)), 32, descend),
    )
    missing = e.or_(
        e.not_(e.slice_(upper, 0, 1)), e.and_(e.not_(leaf), e.not_(e.slice_(lower, 0, 1)))
    )
    return Machine(
        name="sample_memory",
        memories=(Memory("memory", 64),),
        parameters=(Port("base", 64, "address of the first level"),),
        operations=(
            Operation(
                "translate",
                (Port("va", 22), Port("access", 1)),
                (*loads, Fault("not_present", missing)),
                (Output("pa", e.ite(leaf, large, small)),),
            ),
        ),
        causes=CAUSES,
        flags=("readable",),
        covers=(Cover("translate", "branch", "large page", leaf),),
    )
