"""Loads in order over a memory port, one outstanding at a time."""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["Loader", "LoaderParameters"]


@dataclass(frozen=True)
class LoaderParameters:
    """Number of bits of each load, in order; the port has the bits of the widest."""

    widths: tuple[int, ...]
    address_width: int = 64

    @property
    def data_width(self) -> int:
        """Bits of the memory port."""
        return max(self.widths)


class Loader(wiring.Component):
    """Performs a fixed list of loads after `start`, then holds their values until `done` is taken.

    With a memory that answers L cycles after it accepts, load k takes L + 1 cycles; `done` follows
    the last answer by one cycle. A load whose `enable` is low is skipped in one cycle and gives 0.
    Address and enable of load k may depend on the values of the loads before it. After reset idle.

    Members
    -------
    start : In, begin; only looked at while `idle`
    idle, done : Out, state; `take` : In, leave `done`
    address_k, enable_k : In, of load k, looked at when it is its turn
    value_k : Out, what load k read
    mem_valid, mem_ready, mem_addr : request of the memory port
    mem_rsp_valid, mem_rsp_data : response of the memory port, always accepted
    """

    def __init__(self, parameters: LoaderParameters) -> None:
        self.parameters = parameters
        members = {
            "start": In(1),
            "idle": Out(1),
            "done": Out(1),
            "take": In(1),
            "mem_valid": Out(1),
            "mem_ready": In(1),
            "mem_addr": Out(parameters.address_width),
            "mem_rsp_valid": In(1),
            "mem_rsp_data": In(parameters.data_width),
        }
        for k, width in enumerate(parameters.widths):
            members[f"address_{k}"] = In(parameters.address_width)
            members[f"enable_{k}"] = In(1)
            members[f"value_{k}"] = Out(width)
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()
        last = len(self.parameters.widths) - 1
        with m.FSM(name="loader"):
            with m.State("IDLE"):
                m.d.comb += self.idle.eq(1)
                with m.If(self.start):
                    m.next = "ASK_0"
            for k, width in enumerate(self.parameters.widths):
                self._load(m, k, width, "DONE" if k == last else f"ASK_{k + 1}")
            with m.State("DONE"):
                m.d.comb += self.done.eq(1)
                with m.If(self.take):
                    m.next = "IDLE"
        return m

    def _load(self, m: Module, k: int, width: int, following: str) -> None:
        """Ask for load k and wait for its value."""
        value = Signal(width, name=f"load_{k}")
        m.d.comb += getattr(self, f"value_{k}").eq(value)
        with m.State(f"ASK_{k}"):
            m.d.comb += self.mem_addr.eq(getattr(self, f"address_{k}"))
            with m.If(getattr(self, f"enable_{k}")):
                m.d.comb += self.mem_valid.eq(1)
                with m.If(self.mem_ready):
                    m.next = f"WAIT_{k}"
            with m.Else():
                m.d.sync += value.eq(0)
                m.next = following
        with m.State(f"WAIT_{k}"), m.If(self.mem_rsp_valid):
            m.d.sync += value.eq(self.mem_rsp_data)
            m.next = following
