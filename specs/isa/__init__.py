"""Instruction sets, a package each: `isa(name)` returns one of them, or None for other names."""
