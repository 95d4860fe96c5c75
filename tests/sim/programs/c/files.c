/* Files, standard streams and the environment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    char line[100];
    struct stat status;
    FILE *made = fopen("made.txt", "w+");
    if (!made) {
        printf("%s\n", strerror(errno));
        return 1;
    }
    while (fgets(line, sizeof line, stdin))
        fprintf(made, "<%s>\n", strtok(line, "\n"));
    fflush(made);
    rewind(made);
    while (fgets(line, sizeof line, made))
        fputs(line, stdout);
    fclose(made);
    if (stat("made.txt", &status) || !S_ISREG(status.st_mode))
        return 2;
    printf("%ld %s\n", (long)status.st_size, getenv("NAME"));
    printf("%d %s\n", access("../outside", R_OK), fopen("/etc/passwd", "r") ? "in" : "out");
    fprintf(stderr, "%d\n", time(NULL) > 1700000000 && isatty(1) == 0);
    return unlink("made.txt");
}
