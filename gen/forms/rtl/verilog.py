"""Verilog text from an Amaranth component: RTLIL, then Yosys in a child process."""

from __future__ import annotations

import tempfile
from pathlib import Path

from amaranth.back import rtlil

from gen import yosys
from gen.forms.rtl.buses import BUSES, check_bus
from gen.forms.rtl.keywords import verilog_name
from gen.forms.rtl.options import RtlOptions, check_options, ports
from gen.forms.rtl.tidy import tidy
from gen.forms.rtl.unit import TranslationUnit, storage
from gen.ir.machine import Fault, Machine
from gen.source import Span
from gen.version import VERSION

__all__ = ["LINT_WAIVERS", "YosysError", "verilog"]

# What `verilator --lint-only -Wall` may say of generated code, and why it does not matter.
LINT_WAIVERS: dict[str, str] = {
    "UNUSEDSIGNAL": "bits of a bus write that no field takes are left unconnected on purpose",
    "WIDTHEXPAND": "a narrower operand, often a constant, is extended with zeros by its context",
    "WIDTHTRUNC": "`! x` on a vector is the comparison with zero, as Yosys writes it",
    "PROCASSINIT": "registers have a power-up value besides their reset, for FPGAs",
}

# Flip-flops with reset and enable, no functions for wide multiplexers, no carry that nothing reads,
# no aliases.
_PASSES = (
    "flatten",
    "proc",
    "opt_clean",
    "pmuxtree",
    "opt_dff",
    "opt_expr -mux_bool",
    "opt_merge",
    "wreduce t:$add t:$sub t:$mul",
    "opt_clean -purge",
)


class YosysError(RuntimeError):
    """Yosys refused what we gave it: a defect of the generator."""


def verilog(machine: Machine, options: RtlOptions | None = None) -> str:
    """Return the Verilog of a machine; the same text for the same machine.

    Raises
    ------
    YosysError : the child process failed
    IsoformError : E0801 to E0804, the bus cannot carry the registers; E0805, no such variant
    """
    options = options or RtlOptions()
    check_options(machine, options)
    check_bus(machine, options.bus)
    unit = TranslationUnit(machine, options)
    names = [p.name for p in ports(machine, options)]
    text = rtlil.convert(
        unit,
        name=verilog_name(machine.name),
        ports=[getattr(unit, n) for n in names],
        emit_src=False,
    )
    body = _yosys(text)
    state = [signal for signals in storage(machine).values() for signal in signals]
    return _header(machine, options) + tidy(body, {*names, *state})


def _yosys(text: str) -> str:
    with tempfile.TemporaryDirectory(prefix="isoform-") as name:
        folder = Path(name)
        (folder / "in.il").write_text(text)
        done = yosys.run(["read_rtlil in.il", *_PASSES, "write_verilog -noattr out.v"], folder)
        target = folder / "out.v"
        if done.code or not target.exists():
            raise YosysError(done.error)
        return target.read_text()


def _place(span: Span | None) -> str:
    return f"{span.source.name}:{span.line}" if span else "-"


def _header(machine: Machine, options: RtlOptions) -> str:
    """Return the comment at the top: what it is and where each part was specified."""
    out = [f"{machine.name}: made by isoform {VERSION} from {_place(machine.span)}"]
    out += ["", *(x for x in machine.doc.strip().splitlines()[:1] if x)]
    several = f", {options.ports} translation ports" if options.ports > 1 else ""
    out += ["", f"latency {options.latency}{several}; fault causes, in order of priority:"]
    for x in machine.operation("translate").effects:
        if isinstance(x, Fault):
            out.append(f"  {machine.cause_code(x.cause)} {x.cause:<16} {_place(x.span)}")
    if machine.flags:
        flags = ", ".join(f"[{i}] {f}" for i, f in enumerate(machine.flags))
        out.append(f"access flags: {flags}")
    if machine.interface:
        out.append(f"registers on the bus ({BUSES[options.bus]}):")
    for r in machine.interface:
        step = f" + {r.stride}*k, k < {r.count}" if r.count > 1 else ""
        out.append(f"  0x{r.offset:03x}{step:<18} {r.name:<16} {_place(r.span)}")
    if machine.registers:
        out.append("state:")
    for reg in machine.registers:
        signals = storage(machine)[reg.name]
        last = f" to {signals[-1]}" if len(signals) > 1 else ""
        out.append(f"  {signals[0]}{last}: {reg.width} bits  {_place(reg.span)}")
    return "".join(f"// {x}".rstrip() + "\n" for x in out) + "\n"
