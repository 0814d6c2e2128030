#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void log_path(const struct logfile *log, int age, char path[PATH_MAX]) {
    if (age == 0) {
        snprintf(path, PATH_MAX, "%s/log", log->folder);
    } else {
        snprintf(path, PATH_MAX, "%s/log.%d", log->folder, age);
    }
}

static void log_reopen(struct logfile *log) {
    char path[PATH_MAX];
    struct stat status;
    log_path(log, 0, path);
    log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    log->size = log->fd >= 0 && fstat(log->fd, &status) == 0 ? status.st_size : 0;
}

// log.1 is the newest of the old ones; the oldest is replaced.
static void log_rotate(struct logfile *log) {
    char from[PATH_MAX], to[PATH_MAX];
    close(log->fd);
    for (int age = log->files_max - 1; age > 0; age--) {
        log_path(log, age - 1, from);
        log_path(log, age, to);
        rename(from, to);
    }
    if (log->files_max == 1) {
        log_path(log, 0, from);
        unlink(from);
    }
    log_reopen(log);
}

void log_open(struct logfile *log, const struct order *order) {
    *log = (struct logfile){
        .folder = order->folder,
        .bytes_max = order->log_bytes_max,
        .files_max = order->log_files_max,
    };
    log_reopen(log);
}

// Whether all was written. What a full disk does not take is lost: waiting would stop the app.
static bool log_put(struct logfile *log, const char *bytes, size_t count) {
    ssize_t written = write(log->fd, bytes, count);
    if (written > 0) log->size += written;
    if (written == (ssize_t)count) return true;
    log->dropped += count - (size_t)(written > 0 ? written : 0);
    return false;
}

void log_write(struct logfile *log, const char *bytes, size_t count) {
    if (log->fd >= 0 && log->size > 0 && log->size + (int64_t)count > log->bytes_max) {
        log_rotate(log);
    }
    if (log->fd < 0) log_reopen(log);
    if (log->dropped > 0) {
        char notice[96];
        int length = snprintf(
            notice, sizeof notice, "\nteal-shim: %llu bytes of output were dropped here\n",
            (unsigned long long)log->dropped);
        uint64_t dropped = log->dropped;
        if (!log_put(log, notice, (size_t)length)) {
            log->dropped = dropped + count;
            return;
        }
        log->dropped = 0;
    }
    log_put(log, bytes, count);
}

bool log_drain(struct logfile *log, int pipe) {
    static char buffer[64 << 10];
    for (;;) {
        ssize_t count = read(pipe, buffer, sizeof buffer);
        if (count > 0) {
            log_write(log, buffer, (size_t)count);
        } else if (count == 0) {
            return false;
        } else if (errno != EINTR) {
            return errno == EAGAIN;
        }
    }
}
