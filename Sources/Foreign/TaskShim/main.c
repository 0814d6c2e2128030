#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// How long a killed process that does not die, most often in the kernel, delays the record.
enum { REMAINS_SECONDS_MAX = 10 };

// Ends of children, as a descriptor; all else that can be asked of us by a signal is ignored, so
// that only a kill separates a process from the one who knows how it ends.
static int children_watch(void) {
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGCHLD) signal(number, SIG_IGN);
    }
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_SETMASK, &child, NULL);
    return signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

// Pumps output for as long as nothing else happens; false after `milliseconds` of that.
static bool pump_until_child(struct logfile *log, int *output, int children, int milliseconds) {
    struct pollfd watched[2] = {{children, POLLIN, 0}, {*output, POLLIN, 0}};
    int ready = poll(watched, 2, milliseconds);
    if (watched[1].revents && !log_drain(log, *output)) {
        // Its end closed before the process did: a negative descriptor is not watched.
        close(*output);
        *output = -1;
    }
    struct signalfd_siginfo info;
    while (read(children, &info, sizeof info) > 0) continue;
    return ready > 0;
}

// The status of `pid` when it has ended; its group is killed while its number is still taken.
static bool ended(pid_t pid, int *status) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid) {
        kill(-pid, SIGKILL);
        return waitpid(pid, status, 0) == pid;
    }
    // Someone else's orphans, which came to us.
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0
           && info.si_pid != pid) {
        waitpid(info.si_pid, NULL, WNOHANG);
        info.si_pid = 0;
    }
    return false;
}

static int keep(struct logfile *log, int output, int children, pid_t pid) {
    int status = 0;
    while (!ended(pid, &status)) pump_until_child(log, &output, children, -1);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    time_t last = now.tv_sec + REMAINS_SECONDS_MAX;
    while (!remains_kill() && now.tv_sec < last) {
        pump_until_child(log, &output, children, 100);
        clock_gettime(CLOCK_MONOTONIC, &now);
    }
    if (output >= 0) log_drain(log, output);
    return status;
}

// Runs the order and keeps its records; false with a reason when the process never ran.
static bool serve(const struct order *order, struct reason *why) {
    int output[2];
    if (!record_reserve(order->folder, why)) return false;
    if (pipe2(output, O_CLOEXEC) < 0) return refuse(why, "can't make a pipe: %s", strerror(errno));
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    fcntl(output[0], F_SETPIPE_SZ, 1 << 20);
    struct logfile log;
    log_open(&log, order);
    int children = children_watch();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t pid = launch(order, output[1], why);
    close(output[1]);
    if (pid < 0) return false;
    if (!record_start(order->folder, pid)) {
        // Without a record of its identity nobody could ever find it.
        kill(pid, SIGKILL);
        return refuse(why, "can't write into %s: %s", order->folder, strerror(errno));
    }
    close(STARTING_FD);
    record_exit(order->folder, keep(&log, output[0], children, pid));
    return true;
}

int main(int count, char **words) {
    struct order order;
    struct reason why = {""};
    bool good = order_parse(&order, count, words, &why);
    setsid();
    // Whatever our parent left open by mistake would be held for as long as the task runs.
    close_range(order.exec_only ? STARTING_FD : STARTING_FD + 1, ~0u, 0);
    if (good && order.exec_only) {
        order_execute(&order, 0, &why);
    } else {
        if (good && fcntl(STARTING_FD, F_SETFD, FD_CLOEXEC) < 0) {
            good = refuse(&why, "descriptor %d must hold the lock of the start", STARTING_FD);
        }
        if (good && serve(&order, &why)) return 0;
        if (order.folder) record_refusal(order.folder, &why);
    }
    fprintf(stderr, "teal-shim: %s\n", why.text);
    return 127;
}
