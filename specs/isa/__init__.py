"""Instruction sets, a package each.

`isa(name)` returns one of the package's sets, or None for other names; `NAMES` are those that a
list of all shows.
"""
