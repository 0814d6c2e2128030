#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

// As a subreaper we inherit every descendant whose parent ends: killing our children again and
// again reaches them all, whatever session or group they moved to.
bool remains_kill(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *children = fopen(path, "re");
    int pid;
    while (children && fscanf(children, "%d", &pid) == 1) kill(pid, SIGKILL);
    if (children) fclose(children);
    pid_t reaped;
    do {
        reaped = waitpid(-1, NULL, WNOHANG);
    } while (reaped > 0 || (reaped < 0 && errno == EINTR));
    return reaped < 0;
}
