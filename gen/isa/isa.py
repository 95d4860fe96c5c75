"""Instruction sets: extensions, state and parameters put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cached_property
from typing import Any

from gen.diag import Reporter
from gen.isa.decode import Decoder
from gen.isa.environment import Environment
from gen.isa.extension import Alias, Extension, Instruction
from gen.isa.place import Operator
from gen.isa.state import ControlFile, Declaration, Register
from gen.isa.values import Value

__all__ = ["Isa", "advance"]


class Isa:
    """An instruction set.

    Members
    -------
    name : as ``--isa`` has it
    parameters : what extensions are asked for (``xlen``); attributes of the state as well
    state : declarations; one register is called ``pc``
    instructions, aliases : those that the parameters include
    causes : number of each trap by its name
    faults : names of the traps for ``"fetch"``, ``"load"``, ``"store"`` (an address that is not
        there) and ``"illegal"`` (a word that is no instruction); with ``"unaligned"``, a fetch from
        an address that is no multiple of `unit` traps as well
    enter : what the hardware does for a trap: takes the state, the cause's number and its value
    interrupt : takes the state, returns the cause's number of the interrupt that is due, 0 for none
    advance : writes the program counter of the next instruction, before the instruction may write
        another; takes the state and the instruction's bytes
    length : bytes of the instruction, from the first `unit` bytes of it
    byte_order : of loads and stores, ``"little"`` or ``"big"``
    operators : of assembly, by their names: ``"hi"`` is ``%hi(x)``
    comments : what begins a comment to the end of the line, besides ``//``
    elf_machine, elf_flags : fields ``e_machine`` and ``e_flags`` of executables, 0 if it has none
    environment : what programs find outside of them
    """

    def __init__(
        self,
        name: str,
        *,
        extensions: Iterable[Extension],
        state: Iterable[Declaration],
        causes: Mapping[str, int],
        faults: Mapping[str, str],
        parameters: Mapping[str, Any] | None = None,
        enter: Callable[[Any, Value, Value], None] | None = None,
        interrupt: Callable[[Any], Value] | None = None,
        advance: Callable[[Any, int], None] | None = None,
        length: Callable[[int], int] | None = None,
        unit: int = 4,
        byte_order: str = "little",
        title: str = "",
        operators: Mapping[str, Operator] | None = None,
        comments: tuple[str, ...] = ("#",),
        elf_machine: int = 0,
        elf_flags: int = 0,
        environment: Environment | None = None,
    ) -> None:
        self.name = name
        self.title = title or name
        self.extensions = tuple(extensions)
        self.state = tuple(state)
        self.parameters = dict(parameters or {})
        self.causes = dict(causes)
        self.faults = dict(faults)
        self.enter = enter
        self.interrupt = interrupt
        self.advance = advance
        self.length = length or (lambda first: unit)
        self.unit = unit
        self.byte_order = byte_order
        self.operators = dict(operators or {})
        self.comments = comments
        self.elf_machine = elf_machine
        self.elf_flags = elf_flags
        self.environment = environment
        self._check()

    def _check(self) -> None:
        """Raise the errors of the extensions, and E0906 for two instructions of one name."""
        reporter = Reporter()
        for x in self.extensions:
            reporter.diagnostics += x.reporter.diagnostics
        seen: dict[str, Instruction] = {}
        for i in self.instructions:
            if i.name in seen:
                reporter.report("E0906", f"two instructions are called `{i.name}`", i.span)
            seen[i.name] = i
        reporter.check()

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """The instructions, in order of the extensions."""
        return tuple(i for x in self.extensions for i in x if i.included(self.parameters))

    @cached_property
    def aliases(self) -> tuple[Alias, ...]:
        """The pseudo-instructions."""
        return tuple(a for x in self.extensions for a in x.aliases if a.included(self.parameters))

    @cached_property
    def decoder(self) -> Decoder:
        """The decision tree from words to instructions."""
        return Decoder(self.instructions)

    @property
    def pc(self) -> Register:
        """The program counter."""
        return next(d for d in self.state if isinstance(d, Register) and d.name == "pc")

    def instruction(self, name: str) -> Instruction:
        """Return the instruction called `name`; KeyError if there is none."""
        for i in self.instructions:
            if i.name == name:
                return i
        raise KeyError(name)

    def extended(self, *extensions: Extension) -> Isa:
        """Return the set with further extensions."""
        made = copy(self)
        for name in [n for n in vars(self) if isinstance(vars(Isa).get(n), cached_property)]:
            del made.__dict__[name]  # it followed from the extensions
        made.extensions = (*self.extensions, *extensions)
        made._check()
        return made

    @cached_property
    def controls(self) -> tuple[ControlFile, ...]:
        """The files of control registers."""
        return tuple(d for d in self.state if isinstance(d, ControlFile))


def advance(isa: Isa, state: Any, length: int) -> None:
    """Go on behind an instruction of `length` bytes."""
    if isa.advance is None:
        state.pc = state.pc + length
    else:
        isa.advance(state, length)
