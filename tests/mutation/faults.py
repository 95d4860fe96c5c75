"""The faults: what is replaced in which source, and the unit in which it shows."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAULTS", "Fault"]


@dataclass(frozen=True)
class Fault:
    """A replacement of one piece of text in one file."""

    name: str
    path: str
    old: str
    new: str
    unit: str = "variable_segment"

    @property
    def area(self) -> str:
        """The part of the project that it is in."""
        parts = self.path.split("/")
        return parts[0] if parts[0] == "hdl" else "/".join(parts[:-1])


_LOWER = "gen/forms/rtl/lower.py"
_UNIT = "gen/forms/rtl/unit.py"
_NATIVE = "gen/forms/native/lower.py"
_TEXT = "gen/forms/python/text.py"
_BODY = "gen/forms/python/operations.py"
_TRANSLATE = "gen/vrs/elaborate/translate.py"
_INTERFACE = "gen/vrs/elaborate/interface.py"
_PERMISSION = "gen/vrs/elaborate/permission.py"
_TERMS = "gen/forms/smt/terms.py"
_STREAM = "hdl/stream.py"
_CSR = "hdl/csr.py"
_LOADER = "hdl/loader.py"
_LOADS = "x86_segmentation"

FAULTS: tuple[Fault, ...] = (
    # Lowering to hardware
    Fault("a bound one too far", _LOWER, "lambda a, b: a < b,\n    Op.SLT", "lambda a, b: a <= b,\n    Op.SLT"),
    Fault("operands of less swapped", _LOWER, "lambda a, b: a < b,\n    Op.SLT", "lambda a, b: b < a,\n    Op.SLT"),
    Fault("less compares as signed", _LOWER, "lambda a, b: a < b,\n    Op.SLT", "lambda a, b: a.as_signed() < b.as_signed(),\n    Op.SLT"),
    Fault("add subtracts", _LOWER, "(a + b)[: len(a)]", "(a - b)[: len(a)]"),
    Fault("add with a carry in", _LOWER, "(a + b)[: len(a)]", "(a + b + 1)[: len(a)]"),
    Fault("sum without its top bit", _LOWER, "(a + b)[: len(a)]", "Cat((a + b)[: len(a) - 1], Const(0, 1))"),
    Fault("and is or", _LOWER, "Op.AND: lambda a, b: a & b", "Op.AND: lambda a, b: a | b"),
    Fault("or is exclusive", _LOWER, "Op.OR: lambda a, b: a | b", "Op.OR: lambda a, b: a ^ b", "riscv_pmp"),
    Fault("exclusive or is or", _LOWER, "Op.XOR: lambda a, b: a ^ b", "Op.XOR: lambda a, b: a | b", "riscv_pmp"),
    Fault("equal without its lowest bit", _LOWER, "Op.EQ: lambda a, b: a == b", "Op.EQ: lambda a, b: a[1:] == b[1:] if len(a) > 1 else a == b", "riscv_pmp"),
    Fault("equal without its top bit", _LOWER, "Op.EQ: lambda a, b: a == b", "Op.EQ: lambda a, b: a[:-1] == b[:-1] if len(a) > 1 else a == b", "riscv_pmp"),
    Fault("arms of a choice swapped", _LOWER, "return Mux(*args)", "return Mux(args[0], args[2], args[1])", "riscv_pmp"),
    Fault("complement forgotten", _LOWER, "return ~args[0]", "return args[0]"),
    Fault("slice one bit too high", _LOWER, "args[0][node.low : node.low + node.width]", "args[0][min(node.low + 1, len(args[0]) - node.width) :][: node.width]"),
    Fault("slice one bit too low", _LOWER, "args[0][node.low : node.low + node.width]", "args[0][max(node.low - 1, 0) :][: node.width]"),
    Fault("concatenation reversed", _LOWER, "Cat(*reversed(args))", "Cat(*args)", "riscv_pmp"),
    Fault("zero extension extends the sign", _LOWER, "Cat(args[0], Const(0, node.width - len(args[0])))", "Cat(args[0], args[0][-1].replicate(node.width - len(args[0])))", "simple_segment"),
    Fault("an element of a file is the next one", _LOWER, "with self.m.Case(k):", "with self.m.Case(k ^ 1):", "xeon_phi_smpt"),
    Fault("the last element of a file is missing", _LOWER, "for k, element in enumerate(elements):", "for k, element in enumerate(elements[:-1]):", "xeon_phi_smpt"),
    # Units
    Fault("faults in the wrong order", _UNIT, "in reversed(list(zip(faults, lowered, strict=False)))", "in list(zip(faults, lowered, strict=False))"),
    Fault("cause off by one", _UNIT, "self.machine.cause_code(fault.cause), len(cause)", "self.machine.cause_code(fault.cause) ^ 1, len(cause)"),
    Fault("address despite a fault", _UNIT, "e.ite(e.any_of(guards), e.const(0, address.width), address)", "address"),
    Fault("the first fault hides no address", _UNIT, "e.any_of(guards), e.const", "e.any_of(guards[1:]), e.const"),
    Fault("the last fault is lost", _UNIT, "faults = [x for x in translate.effects if isinstance(x, Fault)]", "faults = [x for x in translate.effects if isinstance(x, Fault)][:-1]"),
    Fault("a wrong reset value", _UNIT, "init=r.reset", "init=r.reset ^ 1"),
    Fault("the last write action is lost", _UNIT, "for x in operation.effects:\n            if not isinstance(x, Assign)", "for x in operation.effects[:-1]:\n            if not isinstance(x, Assign)", "mpu"),
    Fault("an indexed write to the neighbour", _UNIT, "bits[k].eq(number == k)", "bits[k].eq(number == (k ^ 1))", "xeon_phi_smpt"),
    Fault("a write loses the top half", _UNIT, "self.i_bus_wdata[: 8 * r.size]", "Cat(self.i_bus_wdata[: 4 * r.size], Const(0, 4 * r.size))"),
    Fault("a read of element 0 only", _UNIT, "leaves = self._index(r, bus)\n", "leaves = {\"index\": Const(0, 64)} if r.count > 1 else {}\n", "xeon_phi_smpt"),
    Fault("the request is not held", _UNIT, "lowering = self._lowering(m, {\"va\": va, \"access\": access, **values})", "lowering = self._lowering(m, {\"va\": self.i_req_va, \"access\": access, **values})", _LOADS),
    Fault("access flags are not held", _UNIT, "access.eq(self.i_req_access)]", "access.eq(0)]", _LOADS),
    Fault("loads take each other's value", _UNIT, "getattr(loader, f\"value_{k}\") for k, x in enumerate(loads)", "getattr(loader, f\"value_{len(loads) - 1 - k}\") for k, x in enumerate(loads)", _LOADS),
    Fault("loads take each other's address", _UNIT, "getattr(loader, f\"address_{k}\").eq(address)", "getattr(loader, f\"address_{len(loads) - 1 - k}\").eq(address)", _LOADS),
    # Blocks
    Fault("a response is overwritten", _STREAM, "self.i_ready.eq(~valid | self.o_ready)", "self.i_ready.eq(1)"),
    Fault("half the throughput", _STREAM, "self.i_ready.eq(~valid | self.o_ready)", "self.i_ready.eq(~valid)"),
    Fault("a response is repeated", _STREAM, "m.d.sync += valid.eq(self.i_valid)", "m.d.sync += valid.eq(self.i_valid | valid)"),
    Fault("a response is lost", _STREAM, "self.o_valid.eq(valid)", "self.o_valid.eq(valid & ~self.i_valid)"),
    Fault("a waiting response changes", _STREAM, "        with m.If(self.i_ready):\n            m.d.sync += valid.eq(self.i_valid)\n            with m.If(self.i_valid):\n                m.d.sync += payload.eq(self.i_payload)", "        m.d.sync += payload.eq(self.i_payload)\n        with m.If(self.i_ready):\n            m.d.sync += valid.eq(self.i_valid)"),
    Fault("one cycle too early", _STREAM, "self.o_payload.eq(payload)", "self.o_payload.eq(self.i_payload)"),
    Fault("stuck at valid", _STREAM, "self.o_valid.eq(valid)", "self.o_valid.eq(1)"),
    Fault("no error where nothing is", _CSR, "refused.eq((self.read | self.write) & ~known)", "refused.eq(0)"),
    Fault("an error on writes only", _CSR, "refused.eq((self.read | self.write) & ~known)", "refused.eq(self.write & ~known)"),
    Fault("read data stays", _CSR, "answer.eq(0), refused", "refused"),
    Fault("read data of writes", _CSR, "with m.If(self.read & known)", "with m.If((self.read | self.write) & known)"),
    Fault("a read writes", _CSR, "getattr(self, f\"writes_{i}\").eq(self.write)", "getattr(self, f\"writes_{i}\").eq(self.write | self.read)"),
    Fault("the index is stuck", _CSR, "self.index.eq(k)", "self.index.eq(0)", "xeon_phi_smpt"),
    Fault("write-only registers answer reads", _CSR, "(self.read & Const(r.readable, 1))", "self.read", "r4700_tlb"),
    Fault("a load is not repeated while memory is busy", _LOADER, "with m.If(self.mem_ready):\n                    m.next = f\"WAIT_{k}\"", "m.next = f\"WAIT_{k}\"", _LOADS),
    Fault("an answer is taken before it comes", _LOADER, "with m.State(f\"WAIT_{k}\"), m.If(self.mem_rsp_valid):", "with m.State(f\"WAIT_{k}\"):", _LOADS),
    Fault("the last load is left out", _LOADER, "\"DONE\" if k == last else f\"ASK_{k + 1}\"", "\"DONE\"", _LOADS),
    Fault("a response does not wait", _LOADER, "with m.If(self.take):\n                    m.next = \"IDLE\"", "m.next = \"IDLE\"", _LOADS),
    # Rewrites
    Fault("add-constant drops the constant", "gen/ir/rules/arithmetic.py", "    if is_value(b, 0):\n        return a\n    if b.is_const and a.op is Op.ADD", "    if b.is_const:\n        return a\n    if b.is_const and a.op is Op.ADD", "mpu"),
    Fault("add-narrow loses the carry", "gen/ir/rules/arithmetic.py", "return narrow_pair(x, 1)", "return narrow_pair(x, 0)", "assoc_segment"),
    Fault("eq-bit inverted", "gen/ir/rules/compare.py", "return a if b.value else e.not_(a)", "return e.not_(a) if b.value else a"),
    Fault("eq-narrow ignores high bits", "gen/ir/rules/compare.py", "width = max(active_width(a), 1 if b.is_const else active_width(b))", "width = max(1, active_width(a) - 1)", "riscv_pmp"),
    Fault("or-concat takes the wrong end", "gen/ir/rules/logic.py", "return e.concat(end[0], low_bits(b, end[1].width))", "return e.concat(end[0], e.not_(low_bits(b, end[1].width)))", "mpu"),
    # Elaboration
    Fault("permission is never checked", _TRANSLATE, "e.not_(s.permitted), permission)", "FALSE, permission)"),
    Fault("a precondition is dropped", _TRANSLATE, "requires.append(Check(_range_or_kind(holds), e.not_(holds), part.span))", "requires = requires"),
    Fault("presence is inverted", _TRANSLATE, "Check(\"not_present\", e.not_(s.valid),", "Check(\"not_present\", s.valid,"),
    Fault("range and kind swapped", _TRANSLATE, "return \"out_of_range\"\n", "return \"wrong_kind\"\n"),
    Fault("the last entry wins", _TRANSLATE, "if how == \"last\":", "if how == \"first\":", "riscv_pmp"),
    Fault("two hits are no fault", _TRANSLATE, "checks.append(Check(\"multiple_match\", several, span))", "pass", "mpu"),
    Fault("a miss is translated", _TRANSLATE, "Check(\"no_match\", e.and_(miss, e.not_(in_range)), span),", "", "r4700_tlb"),
    Fault("a map's index one bit too high", _TRANSLATE, "e.slice_(va, bits, width)", "e.slice_(va, bits + 1, width)", "multisegment"),
    Fault("a flag that is not asked for is needed", _PERMISSION, "e.and_(e.not_(asked), lacks)", "e.const(0, 1)"),
    Fault("a flag that is asked for is not needed", _PERMISSION, "e.and_(e.not_(asked), lacks)", "lacks"),
    Fault("bits without a name are stored", _INTERFACE, "return e.and_(value, e.const(used, value.width))", "return value", "armv7m_mpu"),
    Fault("a slice is written one bit too high", _INTERFACE, "if s.low > 0:\n        parts.append(e.slice_(whole, 0, s.low))\n    return e.concat(*parts)", "if s.low > 0:\n        parts.append(e.slice_(whole, 0, s.low))\n    return e.concat(*parts[1:], parts[0])", "mpu"),
    # Native code
    Fault("native: a bound one too far", _NATIVE, "b.icmp_unsigned(\"<\", x, y),\n    Op.SLT", "b.icmp_unsigned(\"<=\", x, y),\n    Op.SLT"),
    Fault("native: less compares as signed", _NATIVE, "b.icmp_unsigned(\"<\", x, y),\n    Op.SLT", "b.icmp_signed(\"<\", x, y),\n    Op.SLT"),
    Fault("native: add subtracts", _NATIVE, "b.add(x, y)", "b.sub(x, y)"),
    Fault("native: zero extension extends the sign", _NATIVE, "return b.zext(args[0], kind)", "return b.sext(args[0], kind)", "simple_segment"),
    Fault("native: concatenation without its top part", _NATIVE, "low += part.type.width\n", "low += part.type.width + 1\n", "riscv_pmp"),
    Fault("native: arms swapped", _NATIVE, "return b.select(*args)", "return b.select(args[0], args[2], args[1])", "riscv_pmp"),
    # The Python model
    Fault("Python: a bound one too far", _TEXT, "Op.ULT: lambda width, a, b: Text(f\"{a.at(BIT_OR)} < ", "Op.ULT: lambda width, a, b: Text(f\"{a.at(BIT_OR)} <= ", "riscv_pmp"),
    Fault("Python: the opposite of less", _TEXT, "Op.ULT: \">=\"", "Op.ULT: \">\""),
    Fault("Python: a sum is not cut", _TEXT, "    return _masked(total, width)\n", "    return Text(total.text, total.strength, width)\n"),
    Fault("Python: a fault is left out", _BODY, "        if isinstance(x, Fault):\n", "        if isinstance(x, Fault) and x.cause != \"permission\":\n"),
    # The solver's terms
    Fault("terms: a bound one too far", _TERMS, "_bit(z3.ULT(a, b))", "_bit(z3.ULE(a, b))"),
    Fault("terms: less compares as signed", _TERMS, "_bit(z3.ULT(a, b))", "_bit(a < b)"),
    Fault("terms: add subtracts", _TERMS, "Op.ADD: lambda a, b: a + b", "Op.ADD: lambda a, b: a - b"),
    Fault("terms: an element of a file is the next one", _TERMS, "z3.If(index == k, elements[k], result)", "z3.If(index == k, elements[k ^ 1], result)", "xeon_phi_smpt"),
    Fault("terms: the first fault does not end it", "gen/forms/smt/operations.py", "fires = z3.And(made.cause == 0, lowering.lower(x.guard) == 1)", "fires = lowering.lower(x.guard) == 1"),
)  # fmt: skip
