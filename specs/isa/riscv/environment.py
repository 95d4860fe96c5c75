"""What RISC-V programs find around them: Linux system calls and semihosting."""

from __future__ import annotations

from typing import Any

from gen.isa.environment import Convention, Environment, Linux, Semihosting

__all__ = ["ELF_MACHINE", "environment"]

ELF_MACHINE = 243  # EM_RISCV, RISC-V ELF psABI 1.0, section 8.1

# Integer calling convention, RISC-V ABIs specification 1.0, section 1.1; a7 has the call's number
_CALL = Convention("x", number=17, arguments=(10, 11, 12, 13, 14, 15), result=10, stack=2)
_DEBUGGER = Convention("x", number=10, arguments=(11,), result=10, stack=2)

# Linux, include/uapi/asm-generic/unistd.h
_CALLS = {
    17: "getcwd",
    23: "dup",
    24: "dup3",
    25: "fcntl",
    29: "ioctl",
    34: "mkdirat",
    35: "unlinkat",
    46: "ftruncate",
    48: "faccessat",
    56: "openat",
    57: "close",
    62: "lseek",
    63: "read",
    64: "write",
    65: "readv",
    66: "writev",
    67: "pread64",
    68: "pwrite64",
    78: "readlinkat",
    79: "newfstatat",
    80: "fstat",
    93: "exit",
    94: "exit_group",
    96: "set_tid_address",
    98: "futex",
    99: "set_robust_list",
    101: "nanosleep",
    113: "clock_gettime",
    114: "clock_getres",
    115: "clock_nanosleep",
    124: "sched_yield",
    129: "kill",
    130: "tkill",
    131: "tgkill",
    132: "sigaltstack",
    134: "rt_sigaction",
    135: "rt_sigprocmask",
    153: "times",
    160: "uname",
    165: "getrusage",
    169: "gettimeofday",
    172: "getpid",
    173: "getppid",
    174: "getuid",
    175: "geteuid",
    176: "getgid",
    177: "getegid",
    178: "gettid",
    179: "sysinfo",
    214: "brk",
    215: "munmap",
    222: "mmap",
    226: "mprotect",
    233: "madvise",
    258: "riscv_hwprobe",
    259: "riscv_flush_icache",
    261: "prlimit64",
    278: "getrandom",
    291: "statx",
    293: "rseq",
    439: "faccessat2",
}

# Calls of 32-bit sets alone: the C library of newlib has the old numbers, the others these
_CALLS_32 = {403: "clock_gettime64", 406: "clock_getres_time64", 407: "clock_nanosleep_time64"}

# Linux, include/uapi/asm-generic/stat.h: `struct stat`, and `struct stat64` of 32-bit sets
_STAT = {64: "QQIIIIQQqiiqqQqQqQII", 32: "QQIIIIQQqiiqiIiIiIII"}

_TOP = {64: 0x40_0000_0000 - 0x1000, 32: 0xC000_0000 - 0x1000}


def environment(xlen: int, extensions: frozenset[str]) -> Environment:
    """Return what programs of a set find."""
    letters = (c for c in "IMAFDCV" if c in extensions)
    linux = Linux(
        traps=frozenset({"environment_call_from_u_mode", "environment_call_from_m_mode"}),
        convention=_CALL,
        calls=_CALLS if xlen == 64 else _CALLS | _CALLS_32,
        machine=f"riscv{xlen}",
        stack_top=_TOP[xlen],
        stat=_STAT[xlen],
        hwcap=sum(1 << ord(c) - ord("A") for c in letters),
        prepare=_prepare,
    )
    # RISC-V semihosting 1.0, section 2: slli x0, x0, 0x1f; ebreak; srai x0, x0, 7
    debugger = Semihosting("breakpoint", 0x01F0_1013, 0x4070_5013, 4, _DEBUGGER)
    return Environment(linux, debugger, {"bare": 3, "linux": 0})


def _prepare(s: Any) -> None:
    """Switch the floating-point and vector units on, privileged manual, section 3.1.6.6."""
    if hasattr(s, "mstatus"):
        s.mstatus = s.mstatus | 1 << 13 | 1 << 9
