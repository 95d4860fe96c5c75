"""The registered response stage of a unit that answers a request each cycle."""

from __future__ import annotations

from amaranth.hdl import Module, ShapeLike, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["ResponseStage"]


class ResponseStage(wiring.Component):
    """One register between a request and its response.

    Latency 1 cycle, throughput 1 per cycle. A request is accepted if the register is empty or its
    response is taken in the same cycle; a waiting response does not change. Empty after reset.

    Members
    -------
    i_valid, i_payload : In, a request's answer, computed in the cycle of the request
    i_ready : Out, the request is accepted
    o_valid, o_payload : Out, the response
    o_ready : In, the response is taken
    """

    def __init__(self, payload: ShapeLike) -> None:
        super().__init__(
            {
                "i_valid": In(1),
                "i_payload": In(payload),
                "i_ready": Out(1),
                "o_valid": Out(1),
                "o_payload": Out(payload),
                "o_ready": In(1),
            }
        )
        self._payload = payload

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()
        valid = Signal(name="rsp_full")
        payload = Signal(self._payload, name="rsp_payload")
        m.d.comb += [
            self.i_ready.eq(~valid | self.o_ready),
            self.o_valid.eq(valid),
            self.o_payload.eq(payload),
        ]
        with m.If(self.i_ready):
            m.d.sync += valid.eq(self.i_valid)
            with m.If(self.i_valid):
                m.d.sync += payload.eq(self.i_payload)
        return m
