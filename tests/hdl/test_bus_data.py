"""The adapters carry addresses, data, lanes and errors as documented, proved by k-induction; broken
ones do not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from hdl.bus import axi4_lite, wishbone
from tests.hdl import test_bus_proofs
from tests.hdl.bus_data import AxiData, WishboneData
from tests.hdl.proof import Design
from tests.hdl.test_bus_proofs import AXI_INVARIANTS as PROTOCOL
from tests.hdl.test_bus_proofs import changed

pytestmark = pytest.mark.slow

DEPTH = 4  # an access with a merge takes four cycles
BROKEN = 7  # an access, and the handshakes before and behind it


def _name(name: str) -> str:
    return f"(|top_n {name}| s)"


def _kept(channel: str, response: str, kept: str) -> tuple[str, str]:
    """Where the oldest request is that has no answer, and how many there are."""
    full, answered = f"(not {_name(f's_axi_{channel}ready')})", _name(f"s_axi_{response}valid")
    first, second = _name(f"{channel}_first"), _name(f"{channel}_second")
    one, none = "#b01", "#b00"
    return (
        f"(=> {full} (= {kept} (ite {answered} {second} {first})))",
        f"(= {_name(f'{channel}_count')}"
        f" (bvadd (ite {full} {one} {none}) (ite {answered} {one} {none})))",
    )


# Facts of the adapter that the step of the induction needs, proved along.
AXI_INVARIANTS = (
    *_kept("aw", "b", _name("adapter.awaddr_kept")),
    *_kept("w", "b", f"(concat {_name('adapter.wstrb_kept')} {_name('adapter.wdata_kept')})"),
    *_kept("ar", "r", _name("adapter.araddr_kept")),
    f"(=> (not {_name('s_axi_bvalid')}) (= {_name('write_done')} {_name('adapter.write_asked')}))",
    *(i for i in PROTOCOL if "owed" not in i and "written" not in i),
)


axi = partial(test_bus_proofs.axi, monitor=AxiData)
classic = partial(test_bus_proofs.classic, monitor=WishboneData)
pipelined = partial(test_bus_proofs.pipelined, monitor=WishboneData)

SOUND = [(axi, axi4_lite), (classic, wishbone), (pipelined, wishbone)]


@pytest.mark.parametrize(("kind", "module"), SOUND, ids=["axi", "classic", "pipelined"])
def test_an_adapter_carries_what_it_is_given(
    kind: Callable[[ModuleType, Path], Design], module: ModuleType, tmp_path: Path
) -> None:
    invariants = AXI_INVARIANTS if kind is axi else ()
    assert kind(module, tmp_path).breaks_induction(DEPTH, invariants) is None


FAULTS = [
    (axi, axi4_lite, "Mux(path.locked, merged(strobes, data, old), data)", "data"),
    (axi, axi4_lite, "= up(self.parameters, self.bus_rdata, address)", "= self.bus_rdata"),
    (axi, axi4_lite, "Mux(path.asked, self.bus_error, refused)", "refused"),
    (axi, axi4_lite, "refused.eq(impossible & ~chosen.empty)", "refused.eq(impossible)"),
    (axi, axi4_lite, "Mux(reading.granted, reading.offset, writing.offset)", "writing.offset"),
    (classic, wishbone, "Mux(merging, whole, self.wb_dat_i)", "self.wb_dat_i"),
    (pipelined, wishbone, "Mux(merging, kept, now)", "now"),
    (pipelined, wishbone, "(~partial | chosen.mergeable)", "1"),
    (classic, wishbone, "up(self.parameters, self.bus_rdata, offset)", "self.bus_rdata"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "module", "old", "new"), FAULTS, ids=[f[2] for f in FAULTS])
def test_a_broken_adapter_is_refuted(
    kind: Callable[[ModuleType, Path], Design],
    module: ModuleType,
    old: str,
    new: str,
    tmp_path: Path,
) -> None:
    assert kind(changed(module, old, new), tmp_path).fails_within(BROKEN)
