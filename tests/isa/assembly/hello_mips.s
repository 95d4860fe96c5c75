# Linux on MIPS32, ABI o32: prints hello by way of a buffer of zeros, exits with 7
write = 4004
exit = 4001

.set noreorder
.globl _start
_start:
    lui $a1, %hi(buffer)
    addiu $a1, $a1, %lo(buffer)
    la $t0, text
    li $a2, size
1:  lbu $t1, 0($t0)
    addiu $t0, $t0, 1
    sb $t1, 0($a1)
    addiu $a2, $a2, -1
    bnez $a2, 1b
    addiu $a1, $a1, 1       # in the delay slot
    addiu $a1, $a1, -size
    li $a2, size
    li $a0, 1
    li $v0, write
    syscall
    lui $t0, %hi(status)
    lw $a0, %lo(status)($t0)
    li $v0, exit
    syscall
    nop

.rodata
text: .ascii "hello\n"
size = . - text

.data
.align 2
status: .word 7

.bss
buffer: .zero size
