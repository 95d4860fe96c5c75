/* Linux without a library: squares in odd order, sorted, printed; exits with 42. */

static int squares[8];
static char line[64];
static const char ending[] = "sorted\n";

static long call(long number, long a, long b, long c) {
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

static int less(const int *a, const int *b) { return *a < *b; }
int (*volatile before)(const int *, const int *) = less;

static void sort(int *x, int count) {
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && before(&x[j], &x[j - 1]); j--) {
            int kept = x[j];
            x[j] = x[j - 1];
            x[j - 1] = kept;
        }
}

static char *number(char *at, unsigned value) {
    if (value >= 10)
        at = number(at, value / 10);
    *at++ = '0' + value % 10;
    return at;
}

void _start(void) {
    for (int i = 0; i < 8; i++)
        squares[(5 * i + 3) % 8] = i * i;
    sort(squares, 8);
    char *at = line;
    for (int i = 0; i < 8; i++) {
        at = number(at, squares[i]);
        *at++ = ' ';
    }
    for (const char *c = ending; *c; c++)
        *at++ = *c;
    call(64, 1, (long)line, at - line);
    call(93, 42, 0, 0);
    for (;;)
        ;
}
