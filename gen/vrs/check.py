"""The stages of checking, each of which ends with all of its messages."""

from __future__ import annotations

from dataclasses import replace

from gen.diag import Reporter
from gen.vrs import tree
from gen.vrs.lint import check_style
from gen.vrs.lint_hardware import check_hardware
from gen.vrs.names import check_names
from gen.vrs.program import Program
from gen.vrs.rules_actions import check_actions
from gen.vrs.rules_fields import check_fields
from gen.vrs.rules_methods import check_methods
from gen.vrs.rules_osspec import check_osspec
from gen.vrs.rules_units import check_units
from gen.vrs.symbols import Symbols
from gen.vrs.types import check_types

__all__ = ["check"]


def check(program: Program, reporter: Reporter) -> Program:
    """Return `program` without its empty slices, after names, types and rules, then warnings.

    Raises `IsoformError` through the reporter at the end of a stage with errors.
    """
    symbols = Symbols(program)
    check_names(symbols, reporter)
    reporter.check()
    check_types(symbols, reporter)
    check_fields(symbols, reporter)
    check_methods(symbols, reporter)
    check_units(symbols, reporter)
    check_actions(symbols, reporter)
    check_osspec(symbols, reporter)
    reporter.check()
    check_style(symbols, reporter)
    check_hardware(symbols, reporter)
    return _without_empty_slices(program)


def _without_empty_slices(program: Program) -> Program:
    """Drop slices without bits (W0102): the language allows them and hardware has no such thing."""
    if not any(s.low >= s.high for u in program.units.values() for s in _slices(u)):
        return program
    files = tuple(
        replace(file, units=tuple(_clean_unit(u) for u in file.units)) for file in program.files
    )
    return Program.of(files)


def _slices(unit: tree.Unit) -> list[tree.SliceDecl]:
    state = [s for x in unit.states for f in x.fields for s in f.slices or ()]
    return state + [s for x in unit.interfaces for f in x.fields for s in f.layout or ()]


def _kept(slices: tuple[tree.SliceDecl, ...] | None) -> tuple[tree.SliceDecl, ...] | None:
    return None if slices is None else tuple(s for s in slices if s.low < s.high)


def _clean_unit(unit: tree.Unit) -> tree.Unit:
    states = tuple(
        replace(x, fields=tuple(replace(f, slices=_kept(f.slices)) for f in x.fields))
        for x in unit.states
    )
    interfaces = tuple(
        replace(x, fields=tuple(replace(f, layout=_kept(f.layout)) for f in x.fields))
        for x in unit.interfaces
    )
    return replace(unit, states=states, interfaces=interfaces)
