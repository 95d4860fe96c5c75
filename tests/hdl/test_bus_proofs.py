"""The adapters keep the rules of their standards, proved by k-induction; broken ones do not.

A proof is for all inputs, resets at any time and any number of cycles.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import pytest
from amaranth.lib import wiring

from hdl.bus import axi4_lite, on_words, wishbone
from hdl.bus.axi4_lite import axi4_lite_signals
from hdl.csr import BusParameters, BusRegister
from tests.hdl.bus_monitors import AxiMonitored, Monitored, WishboneMonitored
from tests.hdl.proof import Design, load

pytestmark = pytest.mark.slow

Monitor: TypeAlias = type[Monitored]
PARAMETERS = on_words(
    BusParameters(
        (
            BusRegister("word", 0x0, 4),
            BusRegister("byte", 0x4, 1),
            BusRegister("trigger", 0x5, 1, readable=False),
            BusRegister("fixed", 0x6, 2, writable=False),
            BusRegister("counter", 0x8, 4, count=2, stride=4, pure=False),
        )
    )
)
DEPTH = 7  # one more than the cycles after which an answer is late

# Facts of the adapters that the step of the induction needs, proved along: where a request is that
# has no answer yet. In SMT-LIB, of a state `s`.
AXI_INVARIANTS = (
    *(
        f"(= (|top_n owed_{request}| s) (bvadd (ite (|top_n s_axi_{request}ready| s) #b000 #b001)"
        f" (ite (|top_n s_axi_{response}valid| s) #b001 #b000)))"
        for request, response in (("aw", "b"), ("w", "b"), ("ar", "r"))
    ),
    "(not (and (|top_n adapter.write_asked| s) (|top_n adapter.write_locked| s)))",
    "(=> (or (|top_n adapter.write_asked| s) (|top_n adapter.write_locked| s)) (not (or"
    " (|top_n s_axi_awready| s) (|top_n s_axi_wready| s) (|top_n s_axi_bvalid| s))))",
    "(=> (|top_n adapter.read_asked| s) (not (or (|top_n s_axi_arready| s)"
    " (|top_n s_axi_rvalid| s))))",
    "(= (|top_n written| s) (or (|top_n adapter.write_asked| s) (and (|top_n written| s)"
    " (|top_n s_axi_bvalid| s))))",
)
PIPELINED_INVARIANTS = (
    "(not (and (|top_n adapter.wb_answering| s) (|top_n adapter.wb_merging| s)))",
    "(= (|top_n owed| s) (ite (or (|top_n adapter.wb_answering| s)"
    " (|top_n adapter.wb_merging| s)) #b001 #b000))",
)


def axi(module: ModuleType, folder: Path, monitor: Monitor = AxiMonitored) -> Design:
    design = monitor(module.Axi4Lite(PARAMETERS), PARAMETERS)
    return load(design, design.ports, folder)


def classic(module: ModuleType, folder: Path, monitor: Monitor = WishboneMonitored) -> Design:
    design = monitor(module.Wishbone(PARAMETERS, pipelined=False), PARAMETERS)
    return load(design, design.ports, folder)


def pipelined(module: ModuleType, folder: Path, monitor: Monitor = WishboneMonitored) -> Design:
    design = monitor(module.Wishbone(PARAMETERS, pipelined=True), PARAMETERS)
    return load(design, design.ports, folder)


def changed(module: ModuleType, old: str, new: str) -> ModuleType:
    """Return a module as if its source had `new` in the place of `old`."""
    source = inspect.getsource(module)
    assert source.count(old) == 1, f"`{old}` is not once in {module.__name__}"
    other = ModuleType(module.__name__)
    exec(compile(source.replace(old, new), f"{module.__file__}, changed", "exec"), vars(other))
    return other


def test_axi4_lite_keeps_the_rules(tmp_path: Path) -> None:
    assert axi(axi4_lite, tmp_path).breaks_induction(DEPTH, AXI_INVARIANTS) is None


def test_wishbone_classic_keeps_the_rules(tmp_path: Path) -> None:
    assert classic(wishbone, tmp_path).breaks_induction(DEPTH) is None


def test_wishbone_pipelined_keeps_the_rules(tmp_path: Path) -> None:
    assert pipelined(wishbone, tmp_path).breaks_induction(DEPTH, PIPELINED_INVARIANTS) is None


def test_no_path_from_an_input_to_an_output_of_axi4_lite(tmp_path: Path) -> None:
    """A3.1 of the standard: no combinatorial paths between inputs and outputs."""
    design = axi(axi4_lite, tmp_path)
    outputs = [n for n, s in axi4_lite_signals(PARAMETERS).items() if s.flow == wiring.Out]
    assert len(outputs) == 8
    assert [n for n in outputs if design.depends_on_inputs(n)] == []


@pytest.mark.parametrize("kind", [classic, pipelined])
def test_only_the_mask_of_an_answer_is_a_path_through_wishbone(
    kind: Callable[[ModuleType, Path], Design], tmp_path: Path
) -> None:
    design = kind(wishbone, tmp_path)
    outputs = ["wb_dat_o", "wb_ack_o", "wb_err_o"] + ["wb_stall_o"] * (kind is pipelined)
    through = [n for n in outputs if design.depends_on_inputs(n)]
    assert through == ["wb_ack_o", "wb_err_o"]


BROKEN_AXI = {
    "answers without being ready": ("with m.If(valid & self.s_axi_bready):", "with m.If(valid):"),
    "read data change": ("self.s_axi_rdata.eq(data)", "self.s_axi_rdata.eq(self.bus_rdata)"),
    "write data not awaited": ("aw_full & w_full & ~self", "aw_full & ~self"),
    "answers are overwritten": ("full & ~valid & ~path.asked", "full & ~path.asked"),
    "a write twice": ("& ~path.asked & ~path.locked)", ")"),
    "a request kept for ever": ("path.done.eq(path.asked),", "path.done.eq(0),"),
    "both at once": ("~writing.locked & ~(both & ~turn)", "~(both & turn)"),
    "no turn": ("reading.wants & ~writing.locked", "reading.wants & ~writing.wants & 0"),
    "a path": ('ready").eq(~full)', "ready\").eq(~full & getattr(self, f's_axi_{channel}valid'))"),
}


@pytest.mark.parametrize("fault", BROKEN_AXI)
def test_a_broken_axi4_lite_is_refuted(fault: str, tmp_path: Path) -> None:
    design = axi(changed(axi4_lite, *BROKEN_AXI[fault]), tmp_path)
    if fault == "a path":
        assert design.depends_on_inputs("s_axi_awready")
    else:
        assert design.breaks_induction(DEPTH + 3) == "base"


BROKEN_WISHBONE = {
    "answers after the cycle": (
        "self.wb_ack_o.eq(answering & present",
        "self.wb_ack_o.eq(answering",
    ),
    "both answers": ("answering & present & ~refused & ~self.bus_error", "answering & present"),
    "writes after the cycle": ("~partial) | (merging & present)", "~partial) | merging"),
    "no answer to a refusal": ("(start & ~merge) |", "(start & possible & ~merge) |"),
    "asks while it merges": ("busy = merging if", "busy = Signal() if"),
}


FAULTY = [
    (fault, kind)
    for fault in BROKEN_WISHBONE
    for kind in (classic, pipelined)
    if kind is pipelined or fault != "asks while it merges"  # nothing is asked then in classic
]


@pytest.mark.parametrize(("fault", "kind"), FAULTY)
def test_a_broken_wishbone_is_refuted(
    fault: str, kind: Callable[[ModuleType, Path], Design], tmp_path: Path
) -> None:
    design = kind(changed(wishbone, *BROKEN_WISHBONE[fault]), tmp_path)
    assert design.breaks_induction(DEPTH + 3) == "base"
