"""System calls on the process itself, on time and on signals: Linux manual, section 2."""

from __future__ import annotations

import time

from sim.programs.linux.guest import Guest
from sim.programs.linux.table import Failed, Table, int32
from sim.programs.memory import PAGE

__all__ = ["OTHER", "PROCESS_ID"]

OTHER = Table()

PROCESS_ID = 1000
_BILLION = 10**9
_UNLIMITED = (1 << 64) - 1
_STACK_LIMIT, _FILES_LIMIT = 3, 7
_CLOCKS = {0: time.time_ns, 1: time.monotonic_ns, 2: time.process_time_ns, 3: time.process_time_ns}
_COARSE = {4: 1, 5: 0, 6: 1, 7: 1}


@OTHER.add("exit", "exit_group")
def exit_(p: Guest, code: int) -> int:
    """End the program."""
    p.end(code & 0xFF)
    return 0


@OTHER.add("getpid", "gettid", "set_tid_address")
def identity(p: Guest) -> int:
    """Return the number of the process and of its one thread."""
    return PROCESS_ID


@OTHER.add("getuid", "geteuid", "getgid", "getegid")
def user(p: Guest) -> int:
    """Return the number of an ordinary user."""
    return PROCESS_ID


@OTHER.add()
def getppid(p: Guest) -> int:
    """Return the number of the first process."""
    return 1


@OTHER.add("set_robust_list", "sched_yield", "riscv_flush_icache")
def nothing(p: Guest) -> int:
    """Do nothing: there is one thread, and stores to code are seen at once."""
    return 0


@OTHER.add("rseq", "riscv_hwprobe")
def absent(p: Guest) -> int:
    """Fail as kernels without the call do; C libraries ask and go on."""
    raise Failed("ENOSYS")


@OTHER.add()
def futex(p: Guest, address: int, operation: int, value: int) -> int:
    """Wake nobody, or find that a word has changed; nobody could end a wait."""
    if operation & 0x7F & ~8:  # not FUTEX_WAIT and FUTEX_WAIT_BITSET: wakes
        return 0
    p.memory.read_bytes(address, 4)
    raise Failed("EAGAIN")


# Signals are never delivered; what a program sends to itself ends it.


@OTHER.add()
def rt_sigaction(p: Guest, number: int, new: int, old: int, size: int) -> int:
    """Accept a handler."""
    if not 1 <= number <= 64:
        raise Failed("EINVAL")
    if old:
        p.pack(old, "PPP", 0, 0, 0)
    return 0


@OTHER.add()
def rt_sigprocmask(p: Guest, how: int, new: int, old: int, size: int) -> int:
    """Accept a mask."""
    if old:
        p.memory.write_bytes(old, bytes(min(size, 128)))
    return 0


@OTHER.add()
def sigaltstack(p: Guest, new: int, old: int) -> int:
    """Accept a stack."""
    if old:
        p.pack(old, "PPP", 0, 0, 0)
    return 0


@OTHER.add("kill", "tkill")
def kill(p: Guest, target: int, number: int) -> int:
    """End as a shell tells of a signal; nobody else can be sent one."""
    if int32(target) not in (PROCESS_ID, 0):
        raise Failed("EPERM")
    if number:
        p.end(128 + number & 0xFF)
    return 0


@OTHER.add()
def tgkill(p: Guest, group: int, target: int, number: int) -> int:
    """End as a shell tells of a signal."""
    return kill(p, target, number)


# Time


def _clock(number: int) -> int:
    number = _COARSE.get(number, number)
    if number not in _CLOCKS:
        raise Failed("EINVAL")
    return _CLOCKS[number]()


@OTHER.add()
def clock_gettime(p: Guest, clock: int, buffer: int) -> int:
    """Tell the time."""
    p.pack(buffer, "LL", *divmod(_clock(clock), _BILLION))
    return 0


@OTHER.add()
def clock_gettime64(p: Guest, clock: int, buffer: int) -> int:
    """Tell the time, in 64 bits."""
    p.pack(buffer, "qq", *divmod(_clock(clock), _BILLION))
    return 0


@OTHER.add()
def clock_getres(p: Guest, clock: int, buffer: int) -> int:
    """Tell a clock's resolution."""
    _clock(clock)
    if buffer:
        p.pack(buffer, "LL", 0, 1)
    return 0


@OTHER.add()
def clock_getres_time64(p: Guest, clock: int, buffer: int) -> int:
    """Tell a clock's resolution, in 64 bits."""
    _clock(clock)
    if buffer:
        p.pack(buffer, "qq", 0, 1)
    return 0


@OTHER.add()
def gettimeofday(p: Guest, buffer: int, zone: int) -> int:
    """Tell the time in microseconds."""
    if buffer:
        p.pack(buffer, "LL", *divmod(time.time_ns() // 1000, 10**6))
    return 0


@OTHER.add("nanosleep")
def nanosleep(p: Guest, wanted: int) -> int:
    """Sleep."""
    return _sleep(*p.unpack(wanted, "LL"))


@OTHER.add()
def clock_nanosleep(p: Guest, clock: int, flags: int, wanted: int) -> int:
    """Sleep for a time, or until one."""
    seconds, rest = p.unpack(wanted, "LL")
    return _until(clock, flags, seconds, rest)


@OTHER.add()
def clock_nanosleep_time64(p: Guest, clock: int, flags: int, wanted: int) -> int:
    """Sleep for a time, or until one, in 64 bits."""
    seconds, rest = p.unpack(wanted, "qq")
    return _until(clock, flags, seconds, rest)


def _until(clock: int, flags: int, seconds: int, rest: int) -> int:
    if flags & 1:  # TIMER_ABSTIME
        seconds, rest = divmod(max(0, seconds * _BILLION + rest - _clock(clock)), _BILLION)
    return _sleep(seconds, rest)


def _sleep(seconds: int, rest: int) -> int:
    if seconds < 0 or not 0 <= rest < _BILLION:
        raise Failed("EINVAL")
    time.sleep(min(seconds + rest / _BILLION, 1 << 22))
    return 0


@OTHER.add()
def times(p: Guest, buffer: int) -> int:
    """Tell the time used, in hundredths of a second."""
    used = time.process_time_ns() // 10**7
    if buffer:
        p.pack(buffer, "LLLL", used, 0, 0, 0)
    return time.monotonic_ns() // 10**7


@OTHER.add()
def getrusage(p: Guest, who: int, buffer: int) -> int:
    """Tell the time used; the rest is 0."""
    used = divmod(time.process_time_ns() // 1000, 10**6)
    p.pack(buffer, "L" * 18, *used, *[0] * 16)
    return 0


# The system


@OTHER.add()
def uname(p: Guest, buffer: int) -> int:
    """Tell of a Linux that is new enough for every C library."""
    words = ("Linux", "isoform", "6.6.0", "#1", p.linux.machine, "")
    p.memory.write_bytes(buffer, b"".join(w.encode().ljust(65, b"\0") for w in words))
    return 0


@OTHER.add()
def sysinfo(p: Guest, buffer: int) -> int:
    """Tell of the memory; the rest is 0."""
    p.pack(buffer, "LLLLLL", 1, 0, 0, 0, p.memory.limit, p.memory.limit)
    return 0


@OTHER.add()
def prlimit64(p: Guest, process: int, resource: int, new: int, old: int) -> int:
    """Tell a limit; none can be set."""
    if old:
        soft = {_STACK_LIMIT: p.stack_size, _FILES_LIMIT: 256}.get(resource, _UNLIMITED)
        p.pack(old, "QQ", soft, _UNLIMITED)
    return 0


@OTHER.add()
def getrandom(p: Guest, buffer: int, size: int) -> int:
    """Give numbers that look random and are the same in every run."""
    data = p.random.randbytes(min(size, PAGE))
    p.memory.write_bytes(buffer, data)
    return len(data)
