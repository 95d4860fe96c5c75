"""What proof and bench say of a bus adapter, run within a copy of the sources that has a fault."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from hdl.bus import axi4_lite, wishbone
from tests.hdl import test_bus_data, test_bus_proofs
from tests.hdl.test_buses import simulate

__all__ = ["main"]

_KINDS = {
    "axi4-lite": (test_bus_proofs.axi, test_bus_data.axi, axi4_lite),
    "wishbone": (test_bus_proofs.classic, test_bus_data.classic, wishbone),
    "wishbone-pipelined": (test_bus_proofs.pipelined, test_bus_data.pipelined, wishbone),
}


def _proof(bus: str, folder: Path) -> str:
    protocol, data, module = _KINDS[bus]
    if protocol(module, folder).breaks_induction(test_bus_proofs.DEPTH + 3) == "base":
        return "caught (protocol)"
    broken = data(module, folder).fails_within(test_bus_data.BROKEN)
    return "caught (data)" if broken else "missed"


def _simulation(bus: str, folder: Path) -> str:
    ran, failed = simulate("narrow", bus, folder)
    return f"caught ({failed} of {ran} runs)" if failed else "missed"


def main(bus: str, out: Path) -> None:
    """Write ``proof`` and ``simulation``, the words of both."""
    with tempfile.TemporaryDirectory(prefix="isoform-") as name:
        (out / "proof").write_text(_proof(bus, Path(name)))
        (out / "simulation").write_text(_simulation(bus, Path(name)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
