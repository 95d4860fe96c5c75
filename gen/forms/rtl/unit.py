"""A machine as an Amaranth component with the ports of a translation unit."""

from __future__ import annotations

from collections.abc import Mapping

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from gen.forms.rtl.buses import bus_parameters, connect
from gen.forms.rtl.keywords import verilog_name
from gen.forms.rtl.lower import Lowering, Names
from gen.forms.rtl.options import RtlOptions, loader_parameters, ports, streams
from gen.forms.rtl.translate import Translation
from gen.ir.changes import changes
from gen.ir.derived import derived
from gen.ir.expr import Expr, Op
from gen.ir.machine import Assign, InterfaceRegister, Load, Machine, Operation
from hdl.csr import RegisterBus
from hdl.loader import Loader

__all__ = ["TranslationUnit", "storage"]


def storage(machine: Machine) -> dict[str, list[str]]:
    """Return the names of the signals that hold each register, element by element."""
    return {
        r.name: [f"{r.name}_{k}" for k in range(r.count)] if r.is_file else [verilog_name(r.name)]
        for r in machine.registers
    }


class TranslationUnit(wiring.Component):
    """A translation unit: requests in, addresses or faults out, registers on a bus.

    Without state in memory it accepts a request each cycle and answers in the next one (option
    ``latency=0``: in the same cycle; ``latency=2``: in the one after, with a register inside the
    computation), from the state before the clock edge that accepts it. With option ``ports`` there
    are several pairs of streams, each on its own. With loads it takes one
    request at a time: it is accepted at once, and the response is valid 2 + sum(L + 1) cycles later
    for loads of L cycles each. Its registers must not be written in between.
    The native bus never stalls; its answer is valid in the cycle after the strobe. With another one
    (option ``bus``) an adapter of `hdl.bus` stands before it. Reset clears all state.
    """

    def __init__(self, machine: Machine, options: RtlOptions) -> None:
        self.machine = machine
        self.options = options
        self._names = Names()
        members = {}
        for p in ports(machine, options):
            members[p.name] = In(p.width) if p.direction == "input" else Out(p.width)
            self._names.unique(p.name)
        super().__init__(members)
        self._registers = self._storage()
        self._derived = derived(machine)
        self._kept = self._derived_storage()

    def _storage(self) -> dict[str, list[Signal]]:
        signals = {}
        for r in self.machine.registers:
            names = storage(self.machine)[r.name]
            signals[r.name] = [
                Signal(r.width, init=r.reset, name=self._names.unique(n), attrs={"keep": 1})
                for n in names
            ]
        return signals

    def _derived_storage(self) -> dict[str, dict[int, Signal]]:
        return {
            d.name: {
                k: Signal(
                    d.term.width,
                    init=d.reset,
                    name=self._names.unique(f"{d.name}_{k}"),
                    attrs={"keep": 1},
                )
                for k in d.elements
            }
            for d in self._derived
        }

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()

        def lowering(leaves: dict[str, Value]) -> Lowering:
            return self._lowering(m, leaves)

        kept = {node: self._kept[d.name][k] for d in self._derived for node, k in d.nodes.items()}
        translation = Translation(self.machine, self, self._names, lowering, kept)
        if loader_parameters(self.machine) is not None:
            self._walk(m, translation)
        else:
            for suffix in streams(self.options):
                translation.stream(m, suffix, self.options.latency)
        self._bus(m)
        return m

    # Translation

    def _lowering(self, m: Module, leaves: dict[str, Value], prefix: str = "") -> Lowering:
        plain = {
            r.name: self._registers[r.name][0] for r in self.machine.registers if not r.is_file
        }
        parameters = {p.name: getattr(self, f"i_{p.name}") for p in self.machine.parameters}
        files = {r.name: self._registers[r.name] for r in self.machine.registers if r.is_file}
        return Lowering(
            m,
            plain | parameters | leaves,
            files,
            self.machine.names,
            self._names,
            prefix,
        )

    def _walk(self, m: Module, translation: Translation) -> None:
        """Hold the request, load in order, answer from what was loaded."""
        parameters = loader_parameters(self.machine)
        assert parameters is not None
        loader = Loader(parameters)
        m.submodules.loader = loader
        va = Signal.like(self.i_req_va, name=self._names.unique("held_va"))
        access = Signal.like(self.i_req_access, name=self._names.unique("held_access"))
        loads = [x for x in self.machine.operation("translate").effects if isinstance(x, Load)]
        values = {x.name: getattr(loader, f"value_{k}") for k, x in enumerate(loads)}
        lowering = self._lowering(m, {"va": va, "access": access, **values})
        for k, x in enumerate(loads):
            address, guard = lowering.lower([x.address, x.guard])
            m.d.comb += [
                getattr(loader, f"address_{k}").eq(address),
                getattr(loader, f"enable_{k}").eq(guard),
            ]
        pa, cause, fault = translation.answer(m, lowering)
        with m.If(self.i_req_valid & loader.idle):
            m.d.sync += [va.eq(self.i_req_va), access.eq(self.i_req_access)]
        m.d.comb += [
            loader.start.eq(self.i_req_valid),
            self.o_req_ready.eq(loader.idle),
            self.o_rsp_valid.eq(loader.done),
            loader.take.eq(self.i_rsp_ready),
            self.o_rsp_pa.eq(Mux(fault, 0, pa)),
            self.o_rsp_cause.eq(cause),
            self.o_mem_valid.eq(loader.mem_valid),
            self.o_mem_addr.eq(loader.mem_addr),
            loader.mem_ready.eq(self.i_mem_ready),
            loader.mem_rsp_valid.eq(self.i_mem_rsp_valid),
            loader.mem_rsp_data.eq(self.i_mem_rsp_data),
        ]

    # Registers

    def _bus(self, m: Module) -> None:
        parameters = bus_parameters(self.machine, self.options.bus)
        if parameters is None:
            return
        bus = RegisterBus(parameters)
        m.submodules.bus = bus
        wdata = connect(m, self, bus, self.options.bus)
        for i, r in enumerate(self.machine.interface):
            if r.write is not None:
                self._write(m, r, bus, i, wdata)
            if r.read is not None:
                self._read(m, r, bus, i)

    def _index(self, r: InterfaceRegister, bus: RegisterBus) -> dict[str, Value]:
        return {"index": Cat(bus.index, Const(0, 64 - len(bus.index)))} if r.count > 1 else {}

    def _operation(self, name: str, r: InterfaceRegister, leaves: dict[str, Value]) -> Operation:
        operation = self.machine.operation(name)
        if any(p.name == "index" for p in operation.inputs):
            leaves.setdefault("index", Const(0, 64))
        return operation

    def _write(
        self, m: Module, r: InterfaceRegister, bus: RegisterBus, i: int, wdata: Value
    ) -> None:
        leaves: dict[str, Value] = {"data": wdata[: 8 * r.size], **self._index(r, bus)}
        operation = self._operation(r.write or "", r, leaves)
        lowering = self._lowering(m, leaves, f"{operation.name}_")
        with m.If(getattr(bus, f"writes_{i}")):
            self._assign(m, operation, lowering)

    def _read(self, m: Module, r: InterfaceRegister, bus: RegisterBus, i: int) -> None:
        leaves = self._index(r, bus)
        operation = self._operation(r.read or "", r, leaves)
        lowering = self._lowering(m, leaves, f"{operation.name}_")
        (value,) = lowering.lower([operation.outputs[0].value])
        m.d.comb += getattr(bus, f"value_{i}").eq(value)
        if operation.effects:
            with m.If(getattr(bus, f"reads_{i}")):
                self._assign(m, operation, lowering)

    def _assign(self, m: Module, operation: Operation, lowering: Lowering) -> None:
        """Perform the assignments of a bus operation; the last one that fires wins."""
        decoded: dict[Expr, Value] = {}
        for x in operation.effects:
            if isinstance(x, Assign):
                elements = dict(enumerate(self._registers[x.target]))
                self._one(m, x, elements, operation.name, lowering, decoded)
        for d in self._derived:
            for x in d.updates.get(operation.name, ()):
                self._one(m, x, self._kept[d.name], operation.name, lowering, decoded)

    def _one(
        self,
        m: Module,
        x: Assign,
        elements: Mapping[int, Signal],
        stem: str,
        lowering: Lowering,
        decoded: dict[Expr, Value],
    ) -> None:
        """Perform one assignment; `decoded` keeps which element each index names."""
        chosen: dict[int, Value] = {}
        if x.index is None or x.index.is_const:
            k = 0 if x.index is None else x.index.value
            chosen = {k: Const(1, 1)} if k in elements else {}
        else:
            if x.index not in decoded:
                size = max(elements) + 1
                decoded[x.index] = self._decode(m, x.index, stem, size, lowering)
            chosen = {k: decoded[x.index][k] for k in elements}
        for change in changes(x):
            value, guard = lowering.lower([change.value, change.guard])
            for k, this in chosen.items():
                with m.If(guard & this):
                    m.d.sync += elements[k][change.low : change.low + len(value)].eq(value)

    def _decode(self, m: Module, index: Expr, stem: str, count: int, lowering: Lowering) -> Value:
        """Return one bit per element: which one an index names, if any."""
        narrow = index.args[0] if index.op is Op.ZEXT else index
        (number,) = lowering.lower([narrow])
        bits = Signal(count, name=self._names.unique(f"{stem}_selects"))
        for k in range(count):
            if k < 1 << len(number):
                m.d.comb += bits[k].eq(number == k)
        return bits
