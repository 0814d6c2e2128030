#ifndef TEAL_PROCESSES_H
#define TEAL_PROCESSES_H

#include <sys/types.h>

// Swift cannot call the variadic syscall(), and Glibc 2.36 hides these behind _GNU_SOURCE.

// A close-on-exec descriptor of a process, readable once it has ended; -1 with errno on error.
int clinux_pidfd_open(pid_t pid, unsigned int flags);

// Sends a signal to the very process that `descriptor` was opened for; -1 with errno on error.
int clinux_pidfd_send_signal(int descriptor, int signal);

#endif
