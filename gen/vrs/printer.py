"""A syntax tree as text that parses to an equal tree, spans and comments aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gen.vrs import tree
from gen.vrs.build_expressions import COMPARISONS, PRECEDENCE

__all__ = ["print_expression", "print_file", "print_unit"]

_INDENT = "    "
_UNARY = 1 + len(PRECEDENCE)  # binds tighter than every binary operator


def print_file(file: tree.File) -> str:
    """Return the text of a whole file, items in order of kind."""
    parts = [_doc(file.doc)] if file.doc else []
    parts += [f"import {i.name.text};" for i in file.imports]
    parts += [_const(c) for c in file.consts]
    parts += ["flags { " + ", ".join(_texts(f.names)) + " }" for f in file.flags]
    parts += [_extern_type(t) for t in file.extern_types]
    parts += [print_unit(u) for u in file.units]
    return "\n\n".join(parts) + "\n"


def print_unit(unit: tree.Unit) -> str:
    """Return the text of a unit with its comment."""
    abstract = "abstract " if unit.abstract else ""
    head = f"{abstract}{unit.kind} {unit.name.text}({_params(unit.params)})"
    head += f" : {unit.base.text}" if unit.base else ""
    return _with_doc(unit.doc, f"{head} {_block(_items(unit))}")


def print_expression(node: tree.Expression) -> str:
    """Return the text of an expression, with the parentheses it needs and those it had."""
    return _expression(node, 0)


def _items(unit: tree.Unit) -> list[str]:
    if unit.kind == "enum":
        variants = [f"{v.unit.text}({', '.join(_texts(v.args))})" for v in unit.variants]
        return [",\n".join(variants)] if variants else []
    items = [f"{w.kind} = {print_expression(w.value)};" for w in unit.widths]
    items += [_const(c) for c in unit.consts]
    items += [f"flags = {{ {', '.join(_texts(f.names))} }};" for f in unit.flags]
    items += [_extern_type(t) for t in unit.extern_types]
    items += [
        f"state{_optional(s.params)} {_list(map(_state_field, s.fields))}" for s in unit.states
    ]
    items += [
        f"interface{_optional(i.params)} {_list(map(_interface_field, i.fields))}"
        for i in unit.interfaces
    ]
    items += [_maps(m) for m in unit.maps]
    items += [_method(m) for m in unit.methods]
    return items


# Declarations


def _texts(idents: Iterable[tree.Ident]) -> list[str]:
    return [i.text for i in idents]


def _params(params: Iterable[tree.Param]) -> str:
    return ", ".join(f"{p.name.text}: {p.type.text}" for p in params)


def _optional(params: tuple[tree.Param, ...] | None) -> str:
    return "" if params is None else f"({_params(params)})"


def _indent(text: str) -> str:
    return "\n".join(_INDENT + line if line else line for line in text.split("\n"))


def _block(items: Sequence[str]) -> str:
    return "{\n" + "\n".join(_indent(i) for i in items) + "\n}" if items else "{ }"


def _list(items: Iterable[str]) -> str:
    listed = list(items)
    return _block([",\n".join(listed)]) if listed else "{ }"


def _doc(doc: str) -> str:
    return "\n".join(f"// {line}".rstrip() for line in doc.split("\n"))


def _with_doc(doc: str, text: str) -> str:
    return f"{_doc(doc)}\n{text}" if doc else text


def _const(const: tree.Const) -> str:
    return f"const {const.name.text} : {const.type.text} = {print_expression(const.value)};"


def _attributes(attributes: tuple[tree.Attribute, ...]) -> str:
    if not attributes:
        return ""
    shown = (a.name.text + (f"({a.argument.text})" if a.argument else "") for a in attributes)
    return f"#[{', '.join(shown)}]\n"


def _extern_type(extern: tree.ExternType) -> str:
    head = f"{_attributes(extern.attributes)}extern type {extern.name.text}"
    return f"{head} {{ {_params(extern.fields)} }}"


def _slices(slices: tuple[tree.SliceDecl, ...]) -> str:
    return _list(f"{s.low} .. {s.high} {s.name.text}" for s in slices)


def _place(f: tree.StateField | tree.InterfaceField) -> str:
    if f.size is None:
        return f"{f.kind} {f.name.text}"
    inside = str(f.size.value)
    if f.base is not None and f.offset is not None:
        inside = f"{f.base.text}, {f.offset.value}, {f.size.value}"
    return f"{f.kind} {f.name.text} [ {inside} ]"


def _state_field(f: tree.StateField) -> str:
    return _place(f) + (f" {_slices(f.slices)}" if f.slices is not None else "")


def _interface_field(f: tree.InterfaceField) -> str:
    blocks = [f"Layout {_slices(f.layout)}"] if f.layout is not None else []
    for name, actions in (("ReadActions", f.read_actions), ("WriteActions", f.write_actions)):
        if actions is not None:
            blocks.append(f"{name} {_block([_action(a) for a in actions])}")
    return _place(f) + (f" {_list(blocks)}" if blocks else "")


def _action(action: tree.Action) -> str:
    source, target = print_expression(action.source), print_expression(action.target)
    return f"{target} <- {source};" if action.reversed else f"{source} -> {target};"


def _maps(maps: tree.MapDecl) -> str:
    head = f"{_attributes(maps.attributes)}maps"
    if maps.variable is None or maps.low is None or maps.high is None:
        return f"{head} [ {', '.join(map(_element, maps.elements))} ]"
    bounds = f"{print_expression(maps.low)} .. {print_expression(maps.high)}"
    return f"{head} [ {_element(maps.elements[0])} for {maps.variable.text} in {bounds} ]"


def _element(element: tree.MapElement) -> str:
    text = f"{element.unit.text}({', '.join(map(print_expression, element.args))})"
    if element.low is not None and element.high is not None:
        text = f"{print_expression(element.low)} .. {print_expression(element.high)} => {text}"
    return text + (f" @ {print_expression(element.offset)}" if element.offset is not None else "")


def _method(method: tree.Method) -> str:
    words = (w for w in ("extern", "abstract", "synth") if getattr(method, w))
    head = " ".join([*words, f"fn {method.name.text}({_params(method.params)})"])
    head += f" -> {method.returns.text}" if method.returns else ""
    clauses = [f"requires {print_expression(r)}" for r in method.requires]
    clauses += [f"ensures {print_expression(r)}" for r in method.ensures]
    lines = [_attributes(method.attributes) + head, *map(_indent, clauses)]
    if method.body is None:
        lines[-1] += ";"
    else:
        lines.append(_block([print_expression(method.body)]))
    return _with_doc(method.doc, "\n".join(lines))


# Expressions


def _expression(node: tree.Expression, level: int) -> str:
    """Return `node` where an operator of `level` stands around it."""
    match node:
        case tree.Number():
            return str(node.value)
        case tree.Boolean():
            return "true" if node.value else "false"
        case tree.Name():
            return node.text
        case tree.Member():
            return f"{_expression(node.base, _UNARY)}.{node.name.text}"
        case tree.Element():
            return f"{_expression(node.base, _UNARY)}[{_expression(node.index, 0)}]"
        case tree.BitSlice():
            bounds = f"{_expression(node.low, 0)} .. {_expression(node.high, 0)}"
            return f"{_expression(node.base, _UNARY)}[{bounds}]"
        case tree.Call():
            return f"{node.function.text}({', '.join(_expression(a, 0) for a in node.args)})"
        case tree.Unary():
            return node.operator + _expression(node.operand, _UNARY)
        case tree.If():
            then, other = _expression(node.then, 0), _expression(node.other, 0)
            return f"if {_expression(node.condition, 0)} {{ {then} }} else {{ {other} }}"
        case tree.Quantified():
            text = f"{node.kind} {_params(node.variables)} :: {_expression(node.body, 0)}"
            return f"({text})" if level else text  # it would swallow what follows
        case tree.Binary():
            return _binary(node, level)


def _binary(node: tree.Binary, level: int) -> str:
    own = 1 + PRECEDENCE[node.operator]
    left = _expression(node.left, own + (node.operator in COMPARISONS))
    text = f"{left} {node.operator} {_expression(node.right, own + 1)}"
    return f"({text})" if node.parenthesised or own < level else text
