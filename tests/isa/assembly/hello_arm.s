@ Linux on ARM, embedded ABI: prints hello by way of a buffer of zeros, exits with 7
write = 4
exit = 1

.globl _start
_start:
    ldr r0, addresses
    ldr r1, addresses + 4
    ldr r5, addresses + 8
    mov r2, #size
1:  subs r2, r2, #1
    ldrb r3, [r0, r2]
    strb r3, [r1, r2]
    bne 1b
    mov r0, #1
    mov r2, #size
    mov r7, #write
    svc #0
    ldr r0, [r5]
    mov r7, #exit
    svc #0
addresses:
    .word text, buffer, status

.rodata
text: .ascii "hello\n"
size = . - text

.data
.align 2
status: .word 7

.bss
buffer: .zero size
