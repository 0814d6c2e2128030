#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool join(const char *procs, struct reason *why) {
    int fd = open(procs, O_WRONLY | O_CLOEXEC);
    bool joined = fd >= 0 && write(fd, "0", 1) == 1;
    int error = errno;
    if (fd >= 0) close(fd);
    return joined || refuse(why, "can't join %s: %s", procs, strerror(error));
}

static bool limit_apply(const struct limit *limit, struct reason *why) {
    struct rlimit values = {.rlim_cur = limit->soft, .rlim_max = limit->hard};
    if (setrlimit(limit->resource, &values) == 0) return true;
    return refuse(why, "can't set a ulimit: %s", strerror(errno));
}

static void signals_reset(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void order_execute(const struct order *order, pid_t keeper, struct reason *why) {
    signals_reset();
    for (int i = 0; i < order->cgroup_count; i++) {
        if (!join(order->cgroups[i], why)) return;
    }
    for (int i = 0; i < order->limit_count; i++) {
        if (!limit_apply(&order->limits[i], why)) return;
    }
    if (!identity_assume(&order->identity, why)) return;
    // Without its shim nobody could tell how it ended: it must not go on unseen. A change of user
    // clears this, so it comes after one.
    if (keeper && (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != keeper)) return;
    if (order->directory && chdir(order->directory) < 0) {
        refuse(why, "can't enter the working directory %s: %s", order->directory, strerror(errno));
        return;
    }
    if (order->alarm_seconds) alarm(order->alarm_seconds);
    execvp(order->arguments[0], order->arguments);
    refuse(why, "can't run %s: %s", order->arguments[0], strerror(errno));
}

static void child(const struct order *order, int output, int failure, pid_t shim) {
    struct reason why = {""};
    setsid();
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    order_execute(order, shim, &why);
    ssize_t sent = write(failure, &why, sizeof why);
    _exit(sent == sizeof why ? 127 : 126);
}

pid_t launch(const struct order *order, int output, struct reason *why) {
    int failure[2];
    if (pipe2(failure, O_CLOEXEC) < 0) {
        refuse(why, "can't make a pipe: %s", strerror(errno));
        return -1;
    }
    pid_t shim = getpid();
    pid_t pid = fork();
    if (pid == 0) child(order, output, failure[1], shim);
    if (pid < 0) refuse(why, "can't fork: %s", strerror(errno));
    close(failure[1]);
    // The pipe closes by itself when the program runs; a reason is shorter than PIPE_BUF.
    bool failed = pid < 0 || read(failure[0], why, sizeof *why) > 0;
    close(failure[0]);
    return failed ? -1 : pid;
}
