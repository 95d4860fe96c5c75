"""Proofs that a Verilog file means what its specification says."""
