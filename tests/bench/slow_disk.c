/*
 * A slow disk, for a program that is started with LD_PRELOAD=slow_disk.so: each fsync and fdatasync
 * takes SLOW_DISK_MS longer than it does.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int
slowly(const char *name, int fd)
{
    const char *text = getenv("SLOW_DISK_MS");
    long ms = text != NULL ? strtol(text, NULL, 10) : 0;
    struct timespec wait = { ms / 1000, ms % 1000 * 1000000 };
    int (*real)(int) = NULL;

    *(void **)(&real) = dlsym(RTLD_NEXT, name);
    (void)nanosleep(&wait, NULL);
    return real(fd);
}

int fsync(int fd);
int fdatasync(int fd);

int
fsync(int fd)
{
    return slowly("fsync", fd);
}

int
fdatasync(int fd)
{
    return slowly("fdatasync", fd);
}
