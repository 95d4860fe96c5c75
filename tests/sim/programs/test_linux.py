"""Linux system calls, one at a time: the program is a call in a loop."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.sim.programs.tiny import BASE, DATA, EXIT, E, R, Run, W, ecall, elf, op, write

LOOP = op("ecall") + op("jal", rd=0, target=-4)
NUMBERS = {
    "getcwd": 17,
    "dup": 23,
    "dup3": 24,
    "fcntl": 25,
    "ioctl": 29,
    "mkdirat": 34,
    "unlinkat": 35,
    "ftruncate": 46,
    "faccessat": 48,
    "openat": 56,
    "close": 57,
    "lseek": 62,
    "read": 63,
    "write": 64,
    "readv": 65,
    "writev": 66,
    "pread64": 67,
    "readlinkat": 78,
    "newfstatat": 79,
    "fstat": 80,
    "exit_group": 94,
    "futex": 98,
    "clock_gettime": 113,
    "kill": 129,
    "tgkill": 131,
    "rt_sigaction": 134,
    "times": 153,
    "uname": 160,
    "gettimeofday": 169,
    "getpid": 172,
    "getuid": 174,
    "brk": 214,
    "munmap": 215,
    "mmap": 222,
    "mprotect": 226,
    "prlimit64": 261,
    "getrandom": 278,
    "statx": 291,
    "rseq": 293,
}
ENOENT, EBADF, ENOMEM, EACCES, EFAULT, EEXIST = -2, -9, -12, -13, -14, -17
ENOTDIR, EINVAL, ENOTTY, ESPIPE, ENOSYS, ELOOP = -20, -22, -25, -29, -38, -40
AT_FDCWD = (1 << 64) - 100
CREATE, TRUNCATE, APPEND = 0o100, 0o1000, 0o2000
NEW = DATA + 0x800  # where results go


class Caller(Run):
    def __call__(self, name: str | int, *arguments: int) -> int:
        registers = self.program.registers
        registers["a7"] = NUMBERS[name] if isinstance(name, str) else name
        for i, a in enumerate(arguments):
            registers[f"a{i}"] = a
        self.program.registers["pc"] = BASE
        self.stop = self.program.step()
        found = registers["a0"]
        return found - (1 << 64) if found >> 63 else found

    def text(self, data: bytes, at: int = DATA) -> int:
        self.program.memory.write_bytes(at, data + b"\0")
        return at

    def result(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self.bytes(struct.calcsize("<" + layout)))

    def bytes(self, size: int) -> bytes:
        return self.program.memory.read_bytes(NEW, size)

    def open(self, path: str, flags: int = 0, mode: int = 0o644) -> int:
        return self("openat", AT_FDCWD, self.text(path.encode()), flags, mode)


@pytest.fixture
def call(tmp_path: Path) -> Caller:
    return Caller(write(tmp_path, LOOP), stdin=b"typed words")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("secret")
    made = tmp_path / "given"
    (made / "sub").mkdir(parents=True)
    (made / "a.txt").write_text("hello")
    (made / "link").symlink_to("a.txt")
    (made / "out").symlink_to("..")
    (made / "abs").symlink_to(tmp_path / "secret")
    os.mkfifo(made / "pipe")
    return made


@pytest.fixture
def filed(tmp_path: Path, folder: Path) -> Caller:
    return Caller(write(tmp_path, LOOP), files=folder)


def test_a_program_writes_and_exits(tmp_path: Path) -> None:
    code = ecall(64, 1, DATA, 3) + ecall(64, 2, DATA + 1, 2) + EXIT
    r = Run(write(tmp_path, code, b"hi\n"))
    stop = r.program.run()
    assert (stop.reason, stop.code) == ("exit", 7)
    assert (r.stdout.getvalue(), r.stderr.getvalue()) == (b"hi\n", b"i\n")
    assert r.program.hart.retired == len(code) // 4


def test_standard_streams(call: Caller) -> None:
    assert call("read", 0, NEW, 5) == 5
    assert call.bytes(6) == b"typed\0"
    assert call("read", 0, NEW, 100) == 6
    assert call("read", 0, NEW, 100) == 0
    assert call("lseek", 0, 0, 0) == ESPIPE
    assert call("ioctl", 1, 0x5401, NEW) == ENOTTY
    assert call("fstat", 1, NEW) == 0
    assert call.result("QQI")[2] == 0o010600
    assert call("read", 0, 8, 5) == 0  # nothing is left, so nothing is written
    assert call("write", 1, 8, 5) == EFAULT
    assert call("write", 3, DATA, 5) == EBADF
    assert call("write", 1 << 32 | 1, DATA, 1) == 1  # an int is 32 bits


def test_vectors(call: Caller) -> None:
    call.text(b"abcdef")
    call.program.memory.write_bytes(NEW, struct.pack("<4Q", DATA, 2, DATA + 4, 1))
    assert call("writev", 1, NEW, 2) == 3
    assert call.stdout.getvalue() == b"abe"
    assert call("writev", 1, NEW, 5000) == EINVAL
    call.program.memory.write_bytes(NEW, struct.pack("<4Q", DATA, 2, DATA + 8, 100))
    assert call("readv", 0, NEW, 2) == 11
    assert call.program.memory.read_bytes(DATA, 17) == b"tycdef\0\0ped words"


def test_the_heap_grows_and_shrinks(call: Caller) -> None:
    start = call("brk", 0)
    assert start == DATA + 4096
    assert call("brk", start + 5000) == start + 5000
    call.program.memory.write(start + 8191, 1, 9)
    assert call("brk", start - 1) == start + 5000  # refused
    assert call("brk", 1 << 63) == start + 5000
    assert call("brk", start) == start
    assert call.program.memory.permission(start) is None
    assert call("brk", start + 8192) == start + 8192
    assert call.program.memory.read(start + 8191, 1) == 0


def test_mappings(call: Caller) -> None:
    private = 0x22
    a = call("mmap", 0, 5000, 3, private, -1 & (1 << 64) - 1, 0)
    b = call("mmap", 0, 4096, 1, private, -1 & (1 << 64) - 1, 0)
    assert a % 4096 == 0 and b == a - 4096
    call.program.memory.write(a + 8191, 1, 1)
    assert call("mprotect", a, 4096, 1) == 0
    assert [call.program.memory.permission(x) for x in (a, a + 4096, b)] == [4, 6, 4]
    assert call("mprotect", a, 1 << 20, 1) == ENOMEM
    assert call("mprotect", a + 1, 1, 1) == EINVAL
    assert call("munmap", a, 4096) == 0
    assert call.program.memory.permission(a) is None
    assert call("munmap", a + 5, 4096) == EINVAL
    assert call("mmap", a, 4096, 3, private | 0x10, 0, 0) == a
    assert call("mmap", a, 4096, 3, private | 0x10_0000, 0, 0) == EEXIST
    assert call("mmap", 0, 0, 3, private, 0, 0) == EINVAL
    assert call("mmap", 0, 1 << 50, 3, private, 0, 0) == ENOMEM
    assert call("mmap", 5, 4096, 3, private | 0x10, 0, 0) == EINVAL
    assert call("mmap", 0, 4096, 3, 2, 77, 0) == EBADF


def test_a_fixed_mapping_replaces_what_was_there(call: Caller) -> None:
    a = call("mmap", 0, 8192, 3, 0x22, 0, 0)
    call.program.memory.write(a, 1, 7)
    assert call("mmap", a, 4096, 3, 0x32, 0, 0) == a
    assert call.program.memory.read(a, 1) == 0


def test_without_a_folder_there_are_no_files(call: Caller) -> None:
    for path in ("/etc/passwd", "/", ".", "tiny.elf", "/proc/self/exe"):
        assert call.open(path) == ENOENT
        assert call("newfstatat", AT_FDCWD, DATA, NEW, 0) == ENOENT
        assert call("readlinkat", AT_FDCWD, DATA, NEW, 100) == ENOENT
    assert call.open("new", CREATE | 1) == ENOENT
    assert call("mkdirat", AT_FDCWD, call.text(b"new"), 0o755) == ENOENT


@pytest.mark.parametrize("path", ["a.txt", "/a.txt", "./a.txt", "//sub/.././a.txt"])
def test_files_inside_the_folder(filed: Caller, path: str) -> None:
    if ".." in path:
        assert filed.open(path) == EACCES
        return
    fd = filed.open(path)
    assert fd == 3
    assert filed("read", fd, NEW, 100) == 5
    assert filed.bytes(5) == b"hello"
    assert filed("lseek", fd, -2 & (1 << 64) - 1, 2) == 3
    assert filed("read", fd, NEW, 1) == 1
    assert filed.bytes(1) == b"l"
    assert filed("pread64", fd, NEW, 2, 1) == 2
    assert filed.bytes(2) == b"el"
    assert filed("lseek", fd, 0, 7) == EINVAL
    assert filed("write", fd, DATA, 1) == EBADF
    assert filed("close", fd) == 0
    assert filed("close", fd) == EBADF


ESCAPES = {
    "..": EACCES,
    "../secret": EACCES,
    "/../secret": EACCES,
    "sub/../../secret": EACCES,
    "link": ELOOP,
    "abs": ELOOP,
    "out/secret": ENOTDIR,
    "out/given/a.txt": ENOTDIR,
    "pipe": EACCES,
    "a.txt/": ENOTDIR,
    "a.txt/x": ENOTDIR,
    "": ENOENT,
}


@pytest.mark.parametrize("path", ESCAPES)
def test_no_path_leads_out_of_the_folder(filed: Caller, path: str) -> None:
    assert filed.open(path) == ESCAPES[path]
    if path in ("link", "abs"):  # a link itself may be looked at, not what is behind it
        assert filed("newfstatat", AT_FDCWD, DATA, NEW, 0) == 0
        assert filed.result("QQI")[2] & 0o170000 == 0o120000
        assert filed.open(path, TRUNCATE | 1) == ELOOP


def test_escapes_do_not_make_or_remove_anything(filed: Caller, folder: Path) -> None:
    assert filed.open("../new", CREATE | 1) == EACCES
    assert filed.open("out/new", CREATE | 1) == ENOTDIR
    assert filed("unlinkat", AT_FDCWD, filed.text(b"out/secret"), 0) == ENOTDIR
    assert filed("unlinkat", AT_FDCWD, filed.text(b"../secret"), 0) == EACCES
    assert filed("mkdirat", AT_FDCWD, filed.text(b"out/x"), 0o755) == ENOTDIR
    assert sorted(p.name for p in folder.parent.iterdir()) == ["given", "secret", "tiny.elf"]
    assert (folder.parent / "secret").read_text() == "secret"


def test_files_are_made_and_removed(filed: Caller, folder: Path) -> None:
    fd = filed.open("sub/new", CREATE | 2)
    filed.text(b"text")
    assert filed("write", fd, DATA, 4) == 4
    assert filed("ftruncate", fd, 3) == 0
    assert filed("fstat", fd, NEW) == 0
    assert filed.result("QQIIIIQQq")[8] == 3
    assert filed("close", fd) == 0
    assert (folder / "sub" / "new").read_text() == "tex"
    fd = filed.open("sub/new", APPEND | 1)
    filed.text(b"t!")
    assert filed("write", fd, DATA, 2) == 2
    assert (folder / "sub" / "new").read_text() == "text!"
    assert filed("mkdirat", AT_FDCWD, filed.text(b"sub/deep"), 0o755) == 0
    assert filed("unlinkat", AT_FDCWD, filed.text(b"sub/deep"), 0x200) == 0
    assert filed("unlinkat", AT_FDCWD, filed.text(b"sub/new"), 0) == 0
    assert list((folder / "sub").iterdir()) == []


def test_paths_from_an_open_folder(filed: Caller, folder: Path) -> None:
    (folder / "sub" / "b").write_text("b")
    at = filed.open("sub", 0o200000)
    assert filed("openat", at, filed.text(b"b"), 0, 0) == at + 1
    assert filed("openat", at, filed.text(b"/a.txt"), 0, 0) == at + 2
    assert filed("openat", at, filed.text(b"../a.txt"), 0, 0) == EACCES
    assert filed("openat", 1, filed.text(b"b"), 0, 0) == ENOTDIR
    assert filed("statx", at, filed.text(b"b"), 0, 0x7FF, NEW) == 0
    assert filed.result("IIQIIIHHQQ")[9] == 1


def test_descriptors(filed: Caller) -> None:
    assert filed("dup", 1) == 3
    assert filed("fcntl", 1, 0, 10) == 10
    assert filed("dup3", 1, 3, 0) == 3
    assert filed("dup3", 1, 1, 0) == EINVAL
    fd = filed.open("a.txt")
    assert filed("dup3", fd, 0, 0) == 0
    assert filed("close", fd) == 0
    assert filed("read", 0, NEW, 2) == 2
    for _ in range(300):
        last = filed.open("a.txt")
    assert last == -24
    assert filed("fcntl", 1, 77, 0) == EINVAL


def test_files_can_be_mapped(filed: Caller) -> None:
    fd = filed.open("a.txt")
    a = filed("mmap", 0, 4096, 1, 2, fd, 0)
    assert filed.program.memory.read_bytes(a, 6) == b"hello\0"
    assert filed("mmap", 0, 4096, 3, 1, fd, 0) == EACCES


def test_the_rest_of_what_c_libraries_ask(call: Caller) -> None:
    assert call("uname", NEW) == 0
    words = [call.bytes(390)[i : i + 65].rstrip(b"\0") for i in range(0, 390, 65)]
    assert words == [b"Linux", b"isoform", b"6.6.0", b"#1", b"riscv64", b""]
    assert call("getpid") == call("getuid") == 1000
    assert call("clock_gettime", 1, NEW) == 0
    first = call.result("QQ")
    assert call("clock_gettime", 1, NEW) == 0
    assert call.result("QQ") >= first
    assert call("clock_gettime", 99, NEW) == EINVAL
    assert call("gettimeofday", NEW, 0) == 0
    assert call("prlimit64", 0, 3, 0, NEW) == 0
    assert call.result("QQ") == (8 << 20, (1 << 64) - 1)
    assert call("getrandom", NEW, 16, 0) == 16
    assert call("rt_sigaction", 2, 0, NEW, 8) == 0
    assert call("futex", DATA, 129, 1) == 0
    assert call("futex", DATA, 128, 1) == -11
    assert call("rseq") == ENOSYS
    assert call("getcwd", NEW, 10) == 2
    assert call.bytes(2) == b"/\0"
    assert call("times", NEW) > 0
    assert call.noted == []


def test_a_call_that_is_not_there_is_noted_once(call: Caller) -> None:
    assert [call(220), call(220), call(9999)] == [ENOSYS] * 3
    assert call.noted == [
        "system call 220 is not there; the program was told ENOSYS",
        "system call 9999 is not there; the program was told ENOSYS",
    ]


def test_signals_to_itself_end_it_and_to_others_are_refused(call: Caller) -> None:
    assert call("kill", 1, 9) == -1
    assert call("kill", 1000, 0) == 0
    call("tgkill", 1000, 1000, 6)
    assert (call.stop.reason, call.stop.code) == ("exit", 134)


def test_the_stack_of_a_new_program(tmp_path: Path) -> None:
    r = Run(write(tmp_path, LOOP), arguments=["one", ""], env={"K": "V", "L": ""})
    sp = r.program.registers["sp"]
    m = r.program.memory
    assert sp % 16 == 0

    def words(at: int, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}Q", m.read_bytes(at, 8 * count))

    count, *rest = words(sp, 8)
    assert count == 3 and rest[3] == 0 and rest[6] == 0
    assert [m.text(a) for a in rest[:3]] == [str(tmp_path / "tiny.elf").encode(), b"one", b""]
    assert [m.text(a) for a in rest[4:6]] == [b"K=V", b"L="]
    pairs = words(sp + 64, 40)
    auxiliary = dict(zip(pairs[::2], pairs[1::2], strict=True))
    assert auxiliary[6] == 4096 and auxiliary[9] == BASE and auxiliary[4] == 56
    assert auxiliary[5] == 2 and auxiliary[11] == 1000 and auxiliary[23] == 0
    assert auxiliary[16] == 1 << ord("I") - ord("A")
    assert m.text(auxiliary[31]) == str(tmp_path / "tiny.elf").encode()
    assert len(m.read_bytes(auxiliary[25], 16)) == 16


def test_the_program_headers_of_a_program_that_has_them_in_memory(tmp_path: Path) -> None:
    code = LOOP.ljust(4096, b"\0")
    data = elf([(BASE, code, 4096, R | E)])
    whole = elf([(BASE, data, len(data), R | E)])  # a segment that holds a header, but not its own
    (tmp_path / "a").write_bytes(whole)
    assert Run(tmp_path / "a").program.executable.headers == 0


def test_data_is_not_executed_and_code_is_not_written(tmp_path: Path) -> None:
    r = Caller(write(tmp_path, LOOP))
    assert r("getrandom", BASE, 4) == EFAULT
    r.program.registers["pc"] = DATA
    stop = r.program.run()
    assert (stop.reason, stop.trap and stop.trap.cause) == ("trap", "instruction_access_fault")
    assert W not in (r.program.memory.permission(BASE),)


def test_a_64_bit_seek_of_a_32_bit_program(tmp_path: Path, folder: Path) -> None:
    code = op("ecall", "rv32i")
    r = Caller(write(tmp_path, code, bits=32), "rv32i", files=folder)
    fd = r.open("a.txt") & 0xFFFF_FFFF
    assert r("lseek", fd, 0, 2, NEW, 0) == 0
    assert r.result("q") == (2,)
    assert r("fstat", fd, NEW) == 0
    assert r.result("QQIIIIQQq")[8] == 5
