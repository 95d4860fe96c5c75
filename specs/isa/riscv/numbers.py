"""Numbers and names of control and status registers.

RISC-V privileged manual, version 20240411, section 2.2. Those of RV32 alone are named too.
"""

__all__ = ["CSRS", "NUMBERS"]

_COUNTERS = ("cycle", "time", "instret", *(f"hpmcounter{k}" for k in range(3, 32)))

NUMBERS: dict[str, int] = {
    # Unprivileged, table 3
    "fflags": 0x001,
    "frm": 0x002,
    "fcsr": 0x003,
    **{name: 0xC00 + k for k, name in enumerate(_COUNTERS)},
    **{f"{name}h": 0xC80 + k for k, name in enumerate(_COUNTERS)},
    # Supervisor, table 4
    "sstatus": 0x100,
    "sie": 0x104,
    "stvec": 0x105,
    "scounteren": 0x106,
    "senvcfg": 0x10A,
    "sscratch": 0x140,
    "sepc": 0x141,
    "scause": 0x142,
    "stval": 0x143,
    "sip": 0x144,
    "satp": 0x180,
    # Machine, tables 6 to 8
    "mstatus": 0x300,
    "misa": 0x301,
    "medeleg": 0x302,
    "mideleg": 0x303,
    "mie": 0x304,
    "mtvec": 0x305,
    "mcounteren": 0x306,
    "menvcfg": 0x30A,
    "mstatush": 0x310,
    "medelegh": 0x312,
    "menvcfgh": 0x31A,
    "mcountinhibit": 0x320,
    **{f"mhpmevent{k}": 0x320 + k for k in range(3, 32)},
    "mscratch": 0x340,
    "mepc": 0x341,
    "mcause": 0x342,
    "mtval": 0x343,
    "mip": 0x344,
    **{f"pmpcfg{k}": 0x3A0 + k for k in range(16)},
    **{f"pmpaddr{k}": 0x3B0 + k for k in range(64)},
    "mcycle": 0xB00,
    "minstret": 0xB02,
    **{f"mhpmcounter{k}": 0xB00 + k for k in range(3, 32)},
    "mcycleh": 0xB80,
    "minstreth": 0xB82,
    **{f"mhpmcounter{k}h": 0xB80 + k for k in range(3, 32)},
    "mvendorid": 0xF11,
    "marchid": 0xF12,
    "mimpid": 0xF13,
    "mhartid": 0xF14,
    "mconfigptr": 0xF15,
}

_NAMES = {number: name for name, number in NUMBERS.items()}
CSRS = tuple(_NAMES.get(number, "") for number in range(4096))
