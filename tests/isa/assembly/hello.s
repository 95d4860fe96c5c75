# Linux on RV32I and RV64I: prints hello by way of a buffer of zeros, exits with 7
.equ write, 64
.equ exit, 93

.globl _start
_start:
1:  auipc a0, %pcrel_hi(text)
    addi a0, a0, %pcrel_lo(1b)
    lui a1, %hi(buffer)
    addi a1, a1, %lo(buffer)
    addi a2, zero, size
1:  beq a2, zero, 1f
    lb a3, 0(a0)
    sb a3, (a1)
    addi a0, a0, 1
    addi a1, a1, 1
    addi a2, a2, -1
    jal zero, 1b
1:  addi a0, zero, 1
    addi a1, a1, -size
    addi a2, zero, size
    addi a7, zero, write
    ecall
    lui a1, %hi(status)
    lw a0, %lo(status)(a1)
    addi a7, zero, exit
    ecall

.rodata
text: .ascii "hello\n"
size = . - text

.data
.align 2
status: .word 7

.bss
buffer: .zero size
