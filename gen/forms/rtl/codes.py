"""Codes of the messages of the RTL form."""

from __future__ import annotations

__all__ = ["CODES"]

CODES: dict[str, tuple[str, str]] = {
    "E0801": (
        "a register is wider than the bus",
        "AXI4-Lite and Wishbone carry 32 or 64 bits, and an access is of one register as a whole. "
        "The native bus carries 128 bits.",
    ),
    "E0802": (
        "a register crosses two words of the bus",
        "On AXI4-Lite and Wishbone a register lies within one word: 4 bytes if no register is "
        "larger, else 8. Give it an offset that is a multiple of its size, or use the native bus.",
    ),
    "E0803": (
        "registers overlap on the bus",
        "The byte strobes of AXI4-Lite and Wishbone choose a register by its bytes, so no byte may "
        "belong to two. The native bus tells registers apart by the offset alone.",
    ),
    "E0804": (
        "a unit without registers has no bus",
        "The unit has no `interface`, so there is nothing to put on a bus: leave out `--bus`.",
    ),
    "E0805": (
        "a unit that loads from memory has one port, and the latency of its loads",
        "It works on one request at a time, and its answer comes when memory has answered: there "
        "is no `--latency 0` or `2` and no `--ports` for it.",
    ),
}
