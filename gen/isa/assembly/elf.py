"""Executable ELF files.

Layouts of headers are those of pyelftools, which reads them; what stands in them follows the System
V ABI, edition 4.1, chapters 4 (object files) and 5 (program loading).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from elftools.construct import Container
from elftools.elf.structs import ELFStructs

from gen.isa.assembly.program import Program, Section, Symbol

__all__ = ["write"]

_PAGE = 4096
_SECTION = {"a": 2, "w": 1, "x": 4}  # sh_flags
_SEGMENT = {"a": 4, "w": 2, "x": 1}  # p_flags
_ABSOLUTE = 0xFFF1
_ROW = (
    "sh_name sh_type sh_offset sh_size sh_flags sh_addr sh_link sh_info sh_addralign sh_entsize"
).split()


@dataclass
class _Strings:
    """A table of strings."""

    data: bytearray = field(default_factory=lambda: bytearray(1))

    def add(self, text: str) -> int:
        """Return where a string is."""
        at = len(self.data)
        self.data += text.encode() + b"\0"
        return at


def write(program: Program) -> bytes:
    """Return a program as an executable ELF file without relocations, with its symbols."""
    return _Writer(program).file()


class _Writer:
    def __init__(self, program: Program) -> None:
        isa = program.isa
        self.program = program
        self.wide = isa.pc.width > 32
        self.layout = ELFStructs(isa.byte_order == "little", 64 if self.wide else 32)
        self.layout.create_basic_structs()
        self.layout.create_advanced_structs()
        self.names = _Strings()
        self.body = bytearray()
        self.groups = _groups(program.sections)
        self.offsets: dict[str, int] = {}

    def file(self) -> bytes:
        """Return the file: header, segments' headers, contents, sections' headers."""
        head = self.layout.Elf_Ehdr.sizeof() + len(self.groups) * self.layout.Elf_Phdr.sizeof()
        self.body = bytearray(head)
        segments = [self.layout.Elf_Phdr.build(self._segment(g)) for g in self.groups]
        rows = [self._null(), *map(self._section, self.program.sections), *self._tables()]
        self._pad(8)
        at = len(self.body)
        for row in rows:
            self.body += self.layout.Elf_Shdr.build(row)
        start = self.layout.Elf_Ehdr.build(self._header(at, len(rows)))
        self.body[:head] = start + b"".join(segments)
        return bytes(self.body)

    def _pad(self, step: int) -> None:
        self.body += bytes(-len(self.body) % step)

    def _content(self, group: list[Section]) -> int:
        """Append the bytes of a segment; their offset is the address modulo the page."""
        self.body += bytes((group[0].address - len(self.body)) % _PAGE)
        start = len(self.body)
        for s in group:
            if not s.zeros:
                self.body += bytes(start + s.address - group[0].address - len(self.body))
                self.body += s.data
            self.offsets[s.name] = start + s.address - group[0].address
        return start

    def _header(self, sections_at: int, count: int) -> Container:
        isa, layout = self.program.isa, self.layout
        little = isa.byte_order == "little"
        return Container(
            e_ident=Container(
                EI_MAG=[0x7F, 0x45, 0x4C, 0x46],
                EI_CLASS="ELFCLASS64" if self.wide else "ELFCLASS32",
                EI_DATA="ELFDATA2LSB" if little else "ELFDATA2MSB",
                EI_VERSION="EV_CURRENT",
                EI_OSABI="ELFOSABI_SYSV",
                EI_ABIVERSION=0,
            ),
            e_type="ET_EXEC",
            e_machine=isa.elf_machine,
            e_version="EV_CURRENT",
            e_entry=self.program.entry,
            e_phoff=layout.Elf_Ehdr.sizeof(),
            e_shoff=sections_at,
            e_flags=isa.elf_flags,
            e_ehsize=layout.Elf_Ehdr.sizeof(),
            e_phentsize=layout.Elf_Phdr.sizeof(),
            e_phnum=len(self.groups),
            e_shentsize=layout.Elf_Shdr.sizeof(),
            e_shnum=count,
            e_shstrndx=count - 1,
        )

    def _segment(self, group: list[Section]) -> Container:
        offset, first, last = self._content(group), group[0], group[-1]
        return Container(
            p_type="PT_LOAD",
            p_offset=offset,
            p_vaddr=first.address,
            p_paddr=first.address,
            p_filesz=len(self.body) - offset,
            p_memsz=last.address + len(last.data) - first.address,
            p_flags=sum(_SEGMENT[c] for c in first.flags),
            p_align=_PAGE,
        )

    def _row(self, name: str, type_: str, offset: int, size: int, **more: Any) -> Container:
        row: dict[str, Any] = dict.fromkeys(_ROW, 0)
        at = self.names.add(name)
        row |= {"sh_name": at, "sh_type": type_, "sh_offset": offset, "sh_size": size, **more}
        return Container(**row)

    def _null(self) -> Container:
        return Container(**{**dict.fromkeys(_ROW, 0), "sh_type": "SHT_NULL"})

    def _section(self, section: Section) -> Container:
        return self._row(
            section.name,
            "SHT_NOBITS" if section.zeros else "SHT_PROGBITS",
            self.offsets[section.name],
            len(section.data),
            sh_flags=sum(_SECTION[c] for c in section.flags),
            sh_addr=section.address,
            sh_addralign=section.align,
        )

    def _tables(self) -> list[Container]:
        """Append the tables of symbols and names; return their headers."""
        symbols = sorted(self.program.symbols.values(), key=lambda s: s.shared)
        strings = _Strings()
        rows = [self._symbol(0, Symbol("", 0), 0), *(self._entry(s, strings) for s in symbols)]
        self._pad(8)
        at = len(self.body)
        self.body += b"".join(map(self.layout.Elf_Sym.build, rows))
        table = self._row(
            ".symtab",
            "SHT_SYMTAB",
            at,
            len(self.body) - at,
            sh_link=len(self.program.sections) + 2,
            sh_info=1 + sum(not s.shared for s in symbols),
            sh_addralign=8 if self.wide else 4,
            sh_entsize=self.layout.Elf_Sym.sizeof(),
        )
        texts = self._row(".strtab", "SHT_STRTAB", len(self.body), len(strings.data))
        self.body += strings.data
        names = self._row(".shstrtab", "SHT_STRTAB", len(self.body), 0, sh_addralign=1)
        names["sh_size"] = len(self.names.data)
        self.body += self.names.data
        return [table, texts, names]

    def _entry(self, symbol: Symbol, strings: _Strings) -> Container:
        where = [s.name for s in self.program.sections]
        index = where.index(symbol.section) + 1 if symbol.section else _ABSOLUTE
        return self._symbol(strings.add(symbol.name), symbol, index)

    def _symbol(self, name: int, symbol: Symbol, index: int) -> Container:
        return Container(
            st_name=name,
            st_value=symbol.value & (1 << (64 if self.wide else 32)) - 1,
            st_size=0,
            st_info=Container(bind=int(symbol.shared), type=0),
            st_other=Container(local=0, visibility=0),
            st_shndx=index,
        )


def _groups(sections: list[Section]) -> list[list[Section]]:
    """Return the sections that are one segment each: the same flags, and no page between."""
    groups: list[list[Section]] = []
    for s in sections:
        last = groups[-1][-1] if groups else None
        if last and last.flags == s.flags and s.address < last.address + len(last.data) + _PAGE:
            groups[-1].append(s)
        else:
            groups.append([s])
    return groups
