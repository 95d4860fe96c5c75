"""The translation side of a unit: one pair of streams, in none, one or two stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import wiring

from gen.forms.rtl.cause import FirstCause, by_choice, by_gates
from gen.forms.rtl.lower import Lowering, Names
from gen.forms.rtl.options import cause_width
from gen.forms.rtl.stages import cut, depends_on
from gen.ir.expr import Expr
from gen.ir.machine import Fault, Machine
from gen.ir.rewrite import outputs_without_fault
from hdl.stream import ResponseStage

__all__ = ["Translation"]


@dataclass
class Translation:
    """Makes the logic from requests to responses.

    Members
    -------
    unit : component with the ports
    names : signal names already given
    lowering : makes a lowering with the given leaves
    kept : terms whose values registers hold
    """

    machine: Machine
    unit: wiring.Component
    names: Names
    lowering: Callable[[dict[str, Value]], Lowering]
    kept: Mapping[Expr, Value] = field(default_factory=dict)
    _shared: dict[Expr, Value] = field(default_factory=dict)

    def answer(self, m: Module, lowering: Lowering) -> tuple[Signal, Signal, Signal]:
        """Return address, fault cause, and whether there is a fault: the address is then 0."""
        return self._result(m, lowering.lower(self._roots()), by_choice)

    def stream(self, m: Module, suffix: str, latency: int) -> None:
        """Connect the pair of streams whose ports end with `suffix`."""
        if latency == 0:
            self._combinational(m, suffix)
        else:
            self._registered(m, suffix, latency)

    def _roots(self) -> list[Expr]:
        """Return the faults' guards and the address where none fires."""
        translate = self.machine.operation("translate")
        guards = [x.guard for x in translate.effects if isinstance(x, Fault)]
        (address,) = outputs_without_fault(translate)
        return [*guards, address]

    def _result(
        self, m: Module, values: Sequence[Value], first: FirstCause
    ) -> tuple[Signal, Signal, Signal]:
        """Return address, cause and whether there is a fault from the values of the roots."""
        translate = self.machine.operation("translate")
        faults = [x for x in translate.effects if isinstance(x, Fault)]
        *guards, found = values
        cause = Signal(cause_width(self.machine), name=self.names.unique("cause"))
        codes = [Const(self.machine.cause_code(x.cause), len(cause)) for x in faults]
        chosen, refused = first(list(zip(guards, codes, strict=True)), len(cause))
        width = translate.outputs[0].value.width
        pa = Signal(width, name=self.names.unique("computed_pa"))
        fault = Signal(name=self.names.unique("fault"))
        m.d.comb += [cause.eq(chosen), pa.eq(found), fault.eq(refused)]
        return pa, cause, fault

    def _port(self, name: str) -> Signal:
        found: Signal = getattr(self.unit, name)
        return found

    def _request(self, suffix: str) -> Lowering:
        """Return a lowering for a request; what depends on state alone is there only once."""
        va, access = self._port(f"i_req_va{suffix}"), self._port(f"i_req_access{suffix}")
        lowering = self.lowering({"va": va, "access": access})
        lowering.seed(self.kept)
        lowering.seed(self._shared)
        return lowering

    def _share(self, lowering: Lowering, roots: Sequence[Expr]) -> None:
        """Keep what the next port can use too."""
        own = depends_on(roots, ("va", "access"))
        self._shared |= {n: v for n, v in lowering.known().items() if n not in own}

    def _combinational(self, m: Module, suffix: str) -> None:
        lowering = self._request(suffix)
        pa, cause, fault = self.answer(m, lowering)
        self._share(lowering, self._roots())
        m.d.comb += [
            self._port(f"o_rsp_valid{suffix}").eq(self._port(f"i_req_valid{suffix}")),
            self._port(f"o_req_ready{suffix}").eq(self._port(f"i_rsp_ready{suffix}")),
            self._port(f"o_rsp_pa{suffix}").eq(Mux(fault, 0, pa)),
            self._port(f"o_rsp_cause{suffix}").eq(cause),
        ]

    def _registered(self, m: Module, suffix: str, latency: int) -> None:
        lowering, roots = self._request(suffix), self._roots()
        valid: Value = self._port(f"i_req_valid{suffix}")
        ready = self._port(f"o_req_ready{suffix}")
        if latency == 2:
            held = cut(roots, self.kept)
            values = lowering.lower(held)
            matched = self._stage(m, f"match{suffix}", valid, ready, Cat(*values))
            valid, ready = matched.o_valid, matched.o_ready
            self._share(lowering, held)
            lowering = self.lowering({})
            lowering.seed(_slices(held, matched.o_payload))
        pa, cause, fault = self._result(m, lowering.lower(roots), by_gates)
        if latency == 1:
            self._share(lowering, roots)
        stage = self._stage(m, f"response{suffix}", valid, ready, pa, cause, fault)
        m.d.comb += [
            self._port(f"o_rsp_valid{suffix}").eq(stage.o_valid),
            self._port(f"o_rsp_pa{suffix}").eq(stage.o_payload),
            self._port(f"o_rsp_cause{suffix}").eq(stage.o_status),
            stage.o_ready.eq(self._port(f"i_rsp_ready{suffix}")),
        ]

    def _stage(
        self,
        m: Module,
        name: str,
        valid: Value,
        ready: Signal,
        payload: Value,
        status: Value | None = None,
        void: Value | None = None,
    ) -> ResponseStage:
        """Return a register behind a stream."""
        stage = ResponseStage(len(payload), 0 if status is None else len(status))
        m.submodules[name] = stage
        m.d.comb += [
            stage.i_valid.eq(valid),
            stage.i_payload.eq(payload),
            ready.eq(stage.i_ready),
        ]
        if status is not None and void is not None:
            m.d.comb += [stage.i_status.eq(status), stage.i_void.eq(void)]
        return stage


def _slices(nodes: Sequence[Expr], payload: Value) -> dict[Expr, Value]:
    """Return each node's part of a register."""
    found: dict[Expr, Value] = {}
    low = 0
    for node in nodes:
        found[node] = payload[low : low + node.width]
        low += node.width
    return found
