"""A program that runs: an executable, a hart, memory and the environment around them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

from gen.diag import Diagnostic, IsoformError
from gen.isa import Hart, Isa, Trap
from gen.isa.hart import Breakpoint
from gen.isa.library import find
from gen.isa.state import File, Register
from sim.programs import engines
from sim.programs.bare import Bare
from sim.programs.commits import FORMATS
from sim.programs.elf import Executable, read
from sim.programs.linux import Process
from sim.programs.memory import PagedMemory
from sim.programs.trace import TracingHart

__all__ = ["Program", "Registers", "Stop", "Surroundings", "program"]

_FOREVER = 1 << 62
_BETWEEN = 100  # instructions from one look for interrupts to the next
_MOVED_TO = 0x1000_0000
_SETTINGS: Mapping[str, str] = {}


class Surroundings(Protocol):
    """What a program has around it."""

    name: str
    code: int | None

    def start(self, program: Executable, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        """Let a program begin."""

    def handle(self, trap: Trap) -> bool:
        """Answer a trap that is a call; return whether it was one."""

    def poll(self) -> None:
        """Look at what the program has written for it."""


@dataclass(frozen=True)
class Stop:
    """Why `Program.run` returned.

    Members
    -------
    reason : ``"exit"``, ``"limit"``, ``"breakpoint"``, ``"watchpoint"`` or ``"trap"``
    pc : address of the next instruction; for a trap, of the one that trapped
    code : exit code, after an exit
    trap : the trap that nothing handles
    address : that was written, at a watchpoint
    """

    reason: str
    pc: int
    code: int | None = None
    trap: Trap | None = None
    address: int | None = None


class Registers(Mapping[str, int]):
    """Registers by all their names: ``registers["a0"]``, ``registers["x10"]``, ``["pc"]``."""

    def __init__(self, hart: Hart) -> None:
        self._hart = hart
        self._places: dict[str, tuple[str, int | None]] = {}
        self._first: list[str] = []
        for d in hart.isa.state:
            if isinstance(d, Register):
                self._first.append(d.name)
                self._places[d.name] = d.name, None
            elif isinstance(d, File):
                self._add(d)

    def _add(self, file: File) -> None:
        for n in range(len(file.names) or file.count):
            name = file.names[n] if file.names else f"{file.name}{n}"
            self._first.append(name)
            self._places[name] = self._places[f"{file.name}{n}"] = file.name, n

    def __getitem__(self, name: str) -> int:
        member, number = self._places[name]
        found = getattr(self._hart, member)
        return int(found if number is None else found[number])

    def __setitem__(self, name: str, value: int) -> None:
        member, number = self._places[name]
        if name == self._hart.isa.pc.name:
            self._hart.jump(value)
        elif number is None:
            setattr(self._hart, member, value)
        else:
            getattr(self._hart, member)[number] = value

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def __len__(self) -> int:
        return len(self._first)


class Program:
    """A program in memory; `program` makes one from a file.

    Members
    -------
    isa : its instruction set
    executable : what its file has
    hart : state and interpreter
    memory : `read_bytes`, `write_bytes`, `dump` and more
    registers : by name
    symbols : addresses by name
    environment : what is around it
    """

    def __init__(
        self,
        executable: Executable,
        isa: Isa,
        *,
        arguments: Sequence[str] = (),
        environment: str = "auto",
        files: str | Path | None = None,
        env: Mapping[str, str] = _SETTINGS,
        streams: tuple[BinaryIO, BinaryIO, BinaryIO] | None = None,
        notes: Callable[[str], None] = lambda text: None,
        trace: TextIO | None = None,
        trace_format: str = "spike",
        engine: str = "interpreter",
    ) -> None:
        self.isa = isa
        self.memory = PagedMemory(isa.pc.width)
        self.hart = (TracingHart if trace else Hart)(isa, self.memory)
        self.memory.code_written = self.hart.forget
        self.memory.watched_written = self._written
        self._engine = engines.engine("interpreter" if trace else engine, self.hart, self.memory)
        kind = _chosen(environment, executable, isa)
        self.executable = _placed(executable, kind)
        self.symbols = self.executable.symbols
        self.registers = Registers(self.hart)
        self._watches: list[tuple[int, int]] = []
        self._hit: int | None = None
        self._handler = -1, 0  # where a trap went: its first instruction must not trap
        self._paused: int | None = None  # at the breakpoint where `run` stopped last
        pipes = streams or (sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer)
        self.environment = self._around(kind, files, pipes, notes)
        self.environment.start(self.executable, arguments, env)
        if isinstance(self.hart, TracingHart):
            levels = isa.environment.levels if isa.environment else {}
            self.hart.log, self.hart.level = trace, levels.get(kind, 0)
            self.hart.format = FORMATS[trace_format]

    def _around(
        self,
        kind: str,
        files: str | Path | None,
        streams: tuple[BinaryIO, BinaryIO, BinaryIO],
        notes: Callable[[str], None],
    ) -> Surroundings:
        if files is not None and not Path(files).is_dir():
            raise IsoformError([Diagnostic("E0956", f"there is no folder `{files}`")])
        folder = Path(files).resolve() if files is not None else None
        linux = self.isa.environment and self.isa.environment.linux
        if kind == "linux" and linux:
            return Process(
                self.hart, self.memory, linux, files=folder, streams=streams, notes=notes
            )
        return Bare(self.hart, self.memory, streams, notes)

    # Running

    def run(self, count: int | None = None) -> Stop:
        """Run until the program ends, `count` instructions are completed, or something stops it.

        A breakpoint stops before its instruction; the next `run` goes on with that instruction.

        Examples
        --------
        >>> p = sim.program("hello.elf", isa="rv64i")
        >>> p.break_at("main")
        >>> p.run().reason
        'breakpoint'
        >>> p.run().code
        0
        """
        end = self.hart.retired + (_FOREVER if count is None else count)
        most = _FOREVER if self.isa.interrupt is None else _BETWEEN
        self._hit = None
        stopped = self._over_breakpoint() if self.hart.retired < end else None
        while stopped is None:
            if self.hart.retired >= end:
                return Stop("limit", self.hart.address)
            runner = self.hart if self.hart.breakpoints else self._engine
            left = min(most, end - self.hart.retired)
            stopped = self._some(partial(runner.run, left))
            if most == _BETWEEN and stopped is None:
                self.hart.interrupt()
        return stopped

    def step(self) -> Stop:
        """Complete one instruction, or enter its trap's handler."""
        self._hit = self._paused = None
        return self._some(self.hart.step) or Stop("limit", self.hart.address)

    def break_at(self, place: str | int) -> int:
        """Stop before the instruction at a symbol or an address; return the address.

        Raises
        ------
        IsoformError : E0957, there is no such symbol
        """
        address = self.address(place)
        self.hart.pause_at(address)
        return address

    def clear_break(self, place: str | int) -> None:
        """Take a breakpoint away."""
        self.hart.resume_at(self.address(place))

    def watch(self, place: str | int, size: int) -> int:
        """Stop after an instruction that writes one of `size` bytes; return their address.

        Examples
        --------
        >>> p = sim.program("hello.elf", isa="rv64i")
        >>> p.watch("counter", 4)
        >>> p.run().reason
        'watchpoint'
        """
        address = self.address(place)
        self._watches.append((address, size))
        self.memory.watch(address, size)
        return address

    def address(self, place: str | int) -> int:
        """Return the address of a symbol, or an address itself; raises E0957."""
        if isinstance(place, int):
            return place
        if place not in self.symbols:
            text = f"`{self.executable.path}` has no symbol `{place}`"
            raise IsoformError([Diagnostic("E0957", text)])
        return self.symbols[place]

    def _over_breakpoint(self) -> Stop | None:
        paused, self._paused = self._paused, None
        return self._some(self.hart.step) if paused == self.hart.address else None

    def _some(self, go: Callable[[], object]) -> Stop | None:
        """Let the hart go; return why to stop, None to go on."""
        pc = self.hart.address
        try:
            go()
        except Breakpoint:
            self._paused = self.hart.address
            return Stop("breakpoint", self.hart.address)
        except Trap as trap:
            stopped = self._trapped(trap)
            if stopped:
                return stopped
        self.environment.poll()
        if self.environment.code is not None:
            return Stop("exit", pc, code=self.environment.code)
        if self._hit is not None:
            return Stop("watchpoint", self.hart.address, address=self._hit)
        return None

    def _trapped(self, trap: Trap) -> Stop | None:
        """Let environment or hardware handle a trap; return why to stop if neither does."""
        if self.environment.handle(trap):
            return None
        pc, hart = self.hart.address, self.hart
        here = hart.retired, pc
        if self.environment.name == "linux" or self.isa.enter is None or here == self._handler:
            return Stop("trap", pc, trap=trap)
        hart.enter(trap)
        try:
            hart.at(hart.address)
        except Trap:  # there is no handler
            hart.jump(pc)
            return Stop("trap", pc, trap=trap)
        self._handler = hart.retired, hart.address
        return None

    def _written(self, address: int, size: int) -> None:
        if isinstance(self.environment, Bare):
            self.environment.noticed(address, size)
        if any(a < address + size and address < a + n for a, n in self._watches):
            self._hit = address
            self.hart.stop()


def _chosen(wanted: str, executable: Executable, isa: Isa) -> str:
    """Return the environment's name; raises E0955."""
    linux = isa.environment is not None and isa.environment.linux is not None
    if wanted == "linux" and not linux:
        text = f"`{isa.name}` describes no Linux system calls"
        help = "`--environment bare` works for every set"
        raise IsoformError([Diagnostic("E0955", text, help=help)])
    if wanted != "auto":
        return wanted
    return "linux" if linux and "tohost" not in executable.symbols else "bare"


def _placed(executable: Executable, kind: str) -> Executable:
    """Return a position-independent program where it is to run."""
    return executable.moved(_MOVED_TO) if executable.movable and kind == "linux" else executable


def program(
    path: str | Path,
    isa: str | Isa,
    arguments: Sequence[str] = (),
    *,
    environment: str = "auto",
    files: str | Path | None = None,
    env: Mapping[str, str] = _SETTINGS,
    streams: tuple[BinaryIO, BinaryIO, BinaryIO] | None = None,
    notes: Callable[[str], None] = lambda text: None,
    trace: TextIO | None = None,
    trace_format: str = "spike",
    engine: str = "interpreter",
) -> Program:
    """Return a program that is ready to run.

    Parameters
    ----------
    path : an ELF executable
    isa : instruction set, or its name such as ``"rv64i"``
    arguments : of the program, without its own name
    environment : ``"bare"``, ``"linux"``, or ``"auto"``: bare if there is a symbol `tohost`
    files : folder that the program sees as ``/``; without one it sees no files
    env : environment variables
    streams : standard input, output and error; default: those of this process
    notes : takes remarks, such as a system call that is not there
    trace : where a commit log goes, a line for each instruction
    trace_format : ``"spike"`` (its ``--log-commits``) or ``"sntf"`` (LLVM-snippy's, version 1.0)
    engine : ``"interpreter"``, ``"python"`` (functions of the program's blocks) or ``"native"``
        (compiled); breakpoints and traces are always the interpreter's

    Raises
    ------
    IsoformError : E0940, there is no such set; E0703, E0950 to E0956, the program cannot be run

    Examples
    --------
    >>> p = sim.program("hello.elf", isa="rv64i")
    >>> p.run()
    Stop(reason='exit', pc=65620, code=0, trap=None, address=None)
    >>> p.registers["a0"], p.hart.retired
    (0, 421)
    """
    chosen = find(isa) if isinstance(isa, str) else isa
    return Program(
        read(path, chosen),
        chosen,
        arguments=arguments,
        environment=environment,
        files=files,
        env=env,
        streams=streams,
        notes=notes,
        trace=trace,
        trace_format=trace_format,
        engine=engine,
    )
