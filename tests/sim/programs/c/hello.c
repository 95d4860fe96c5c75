/* Text, memory, sorting and floating point of a C library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int less(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

int main(int argc, char **argv)
{
    int numbers[100];
    unsigned seed = 1;
    for (int i = 0; i < 100; i++) {
        seed = seed * 1103515245u + 12345u;
        numbers[i] = (int)(seed >> 16 & 0x7fff);
    }
    qsort(numbers, 100, sizeof numbers[0], less);
    char *text = malloc(2000);
    memset(text, 'x', 2000);
    text[1999] = 0;
    text = realloc(text, 4000);
    printf("%d %d %d %s %.3f\n", numbers[0], numbers[50], numbers[99], "text", 22.0 / 7);
    printf("%lu %d\n", (unsigned long)strlen(text), argc > 1);
    free(text);
    return argc > 1 ? atoi(argv[1]) : 3;
}
