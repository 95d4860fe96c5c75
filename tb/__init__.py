"""Benches: build a unit's Verilog, run a stream through it in cocotb, compare with the model."""

__all__: list[str] = []
