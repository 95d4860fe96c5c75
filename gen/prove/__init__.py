"""Proofs that a Verilog file means what its specification says."""

from gen.prove.netlist import Netlist, NetlistError, read_verilog
from gen.prove.obligation import Goal, Obligation
from gen.prove.prover import Difference, Outcome, Proof, prove

__all__ = [
    "Difference",
    "Goal",
    "Netlist",
    "NetlistError",
    "Obligation",
    "Outcome",
    "Proof",
    "prove",
    "read_verilog",
]
