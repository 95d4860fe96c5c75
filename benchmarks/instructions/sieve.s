# Counts the primes below 65,536, four hundred times, and exits with 0 if it found 6,542 each time.
        .set    LIMIT, 65536
        .text
        .globl  _start
_start: li      s0, 400
again:  la      s1, sieve
        li      t0, LIMIT
        mv      t1, s1
clear:  sb      zero, 0(t1)
        addi    t1, t1, 1
        addi    t0, t0, -1
        bnez    t0, clear
        li      s2, 0                   # primes
        li      t0, 2
        li      t6, LIMIT
next:   add     t1, s1, t0
        lbu     t2, 0(t1)
        bnez    t2, skip
        addi    s2, s2, 1
        slli    t3, t0, 1
strike: bgeu    t3, t6, skip
        add     t4, s1, t3
        li      t5, 1
        sb      t5, 0(t4)
        add     t3, t3, t0
        j       strike
skip:   addi    t0, t0, 1
        bltu    t0, t6, next
        li      t0, 6542
        bne     s2, t0, wrong
        addi    s0, s0, -1
        bnez    s0, again
        li      a0, 0
        j       exit
wrong:  li      a0, 1
exit:   li      a7, 93
        ecall
        .bss
        .balign 4096
sieve:  .space  LIMIT
