"""The registered response stage of a unit that answers a request each cycle."""

from __future__ import annotations

from amaranth.hdl import Module, ShapeLike, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["ResponseStage"]


class ResponseStage(wiring.Component):
    """One register between a request and its response.

    Latency 1 cycle, throughput 1 per cycle. A request is accepted if the register is empty or its
    response is taken in the same cycle; a waiting response does not change. Empty after reset,
    which leaves payload and status as they are: nobody reads them before the next response.

    A payload that is to be 0 is not computed but cleared: that costs the reset pin of its
    flip-flops, where a gate for each bit would cost more than an adder.

    Members
    -------
    i_valid, i_payload, i_status : In, a request's answer, computed in the cycle of the request
    i_void : In, the payload is 0 whatever `i_payload` is
    i_ready : Out, the request is accepted
    o_valid, o_payload, o_status : Out, the response
    o_ready : In, the response is taken
    """

    def __init__(self, payload: ShapeLike, status: ShapeLike) -> None:
        super().__init__(
            {
                "i_valid": In(1),
                "i_payload": In(payload),
                "i_status": In(status),
                "i_void": In(1),
                "i_ready": Out(1),
                "o_valid": Out(1),
                "o_payload": Out(payload),
                "o_status": Out(status),
                "o_ready": In(1),
            }
        )
        self._payload, self._status = payload, status

    def elaborate(self, platform: object) -> Module:
        """Return the module."""
        m = Module()
        valid = Signal(name="rsp_full")
        payload = Signal(self._payload, name="rsp_payload", reset_less=True)
        status = Signal(self._status, name="rsp_status", reset_less=True)
        m.d.comb += [
            self.i_ready.eq(~valid | self.o_ready),
            self.o_valid.eq(valid),
            self.o_payload.eq(payload),
            self.o_status.eq(status),
        ]
        with m.If(self.i_ready):
            m.d.sync += valid.eq(self.i_valid)
        with m.If(self.i_ready & self.i_valid):
            m.d.sync += status.eq(self.i_status)
        with m.If(self.i_ready & self.i_valid & self.i_void):
            m.d.sync += payload.eq(0)
        with m.Elif(self.i_ready & self.i_valid):
            m.d.sync += payload.eq(self.i_payload)
        return m
