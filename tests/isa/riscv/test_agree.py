"""The interpreter and the machine do the same, for every instruction on random states."""

from __future__ import annotations

import random
from typing import Any

import pytest

from gen.isa import Isa, elaborate
from gen.isa.extension import Instruction
from specs.isa import riscv
from tests.isa.agree import compare, random_word

ALL = "imac_zba_zbb_zbs_zicond_zifencei"


def found(name: str) -> Isa:
    isa = riscv.isa(name)
    assert isa is not None
    return isa


def reserved(state: dict[str, Any], draw: random.Random) -> None:
    """Often let every register hold the address that is reserved."""
    if draw.random() < 0.4:
        size = draw.choice([4, 8])
        state["reserved_bytes"] = size
        state["reserved_address"] &= -size
        state["x"] = [0] + 31 * [state["reserved_address"]]


@pytest.mark.parametrize("name", [f"rv32{ALL}", f"rv64{ALL}", "rv32im", "rv64im"])
def test_unprivileged(name: str) -> None:
    isa = found(name)
    prepare = reserved if "A" in isa.parameters["extensions"] else None
    compare(isa, elaborate(isa), 20, prepare=prepare)


def csr_word(isa: Isa) -> Any:
    numbers = [c.number for c in isa.controls[0].controls]

    def words(i: Instruction, draw: random.Random) -> int:
        found = random_word(i, draw)
        if "csr" in i.encoding.fields and draw.random() < 0.9:
            found = found & 0xFFFFF | draw.choice(numbers) << 20
        return found

    return words


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["rv32i_sm", "rv64imac_sm", "rv32iac_ss", "rv64i_ss", "rv64ic_zicsr"]
)
def test_privileged(name: str) -> None:
    isa = found(name)
    machine = elaborate(isa)
    own = [i for i in isa.instructions if i.extension in ("Zicsr", "Sm", "Ss")]
    own += [isa.instruction("ecall")]
    small = isa.__class__.__new__(isa.__class__)
    small.__dict__ |= isa.__dict__ | {"instructions": tuple(own)}
    compare(small, machine, 80, words=csr_word(isa))
