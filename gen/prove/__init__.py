"""Proofs that a Verilog file means what its specification says."""

from gen.prove.netlist import Netlist, NetlistError, read_verilog
from gen.prove.obligation import Goal, Obligation
from gen.prove.path import Step, path_to_difference
from gen.prove.prover import Difference, Outcome, Proof, prove
from gen.prove.sanity import Decision, decide

__all__ = [
    "Decision",
    "Difference",
    "Goal",
    "Netlist",
    "NetlistError",
    "Obligation",
    "Outcome",
    "Proof",
    "Step",
    "decide",
    "path_to_difference",
    "prove",
    "read_verilog",
]
