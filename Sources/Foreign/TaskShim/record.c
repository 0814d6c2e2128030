#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Room for an exit record, taken while there is some: it must not be lost to a full disk.
enum { EXIT_BYTES = 1024 };

static long long now_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool write_whole(const char *path, const char *bytes, size_t count) {
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) return false;
    bool whole = write(fd, bytes, count) == (ssize_t)count;
    close(fd);
    return whole;
}

// When a process started, in clock ticks since boot: with its pid, its identity until a reboot.
static unsigned long long start_ticks(pid_t pid) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t count = read(fd, text, sizeof text - 1);
    close(fd);
    if (count <= 0) return 0;
    text[count] = 0;
    // The name in parentheses may hold anything; the state, field 3, follows the last one.
    char *field = strrchr(text, ')');
    for (int skipped = 2; field && skipped < 22; skipped++) field = strchr(field + 1, ' ');
    unsigned long long ticks = 0;
    if (field) sscanf(field, "%llu", &ticks);
    return ticks;
}

static void boot_id(char text[64]) {
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t count = fd >= 0 ? read(fd, text, 63) : 0;
    if (fd >= 0) close(fd);
    text[count > 0 ? count : 0] = 0;
    text[strcspn(text, "\n")] = 0;
}

bool record_reserve(const char *folder, struct reason *why) {
    char path[PATH_MAX], blank[EXIT_BYTES];
    memset(blank, ' ', sizeof blank);
    snprintf(path, sizeof path, "%s/exit.new", folder);
    if (write_whole(path, blank, sizeof blank)) return true;
    return refuse(why, "can't write into %s: %s", folder, strerror(errno));
}

bool record_start(const char *folder, pid_t pid) {
    char fresh[PATH_MAX], path[PATH_MAX], text[512], boot[64];
    boot_id(boot);
    int length = snprintf(
        text, sizeof text,
        "{\"bootID\":\"%s\",\"shim\":{\"pid\":%d,\"startTicks\":%llu},"
        "\"main\":{\"pid\":%d,\"startTicks\":%llu},\"startedAt\":%lld}\n",
        boot, getpid(), start_ticks(getpid()), pid, start_ticks(pid), now_milliseconds());
    snprintf(fresh, sizeof fresh, "%s/pid.new", folder);
    snprintf(path, sizeof path, "%s/pid", folder);
    return write_whole(fresh, text, (size_t)length) && rename(fresh, path) == 0;
}

static void publish(const char *folder, const char *text, size_t length) {
    char fresh[PATH_MAX], path[PATH_MAX], record[EXIT_BYTES];
    memset(record, ' ', sizeof record);
    memcpy(record, text, length < sizeof record ? length : sizeof record);
    snprintf(fresh, sizeof fresh, "%s/exit.new", folder);
    snprintf(path, sizeof path, "%s/exit", folder);
    if (write_whole(fresh, record, sizeof record)) rename(fresh, path);
}

// Reasons quote users' own text: what JSON would not take as it stands becomes a question mark.
void record_refusal(const char *folder, const struct reason *why) {
    char text[EXIT_BYTES], plain[REASON_BYTES_MAX];
    size_t length = 0;
    for (; why->text[length] && length < sizeof plain - 1; length++) {
        unsigned char byte = (unsigned char)why->text[length];
        plain[length] = byte < ' ' || byte > '~' || byte == '"' || byte == '\\' ? '?' : (char)byte;
    }
    plain[length] = 0;
    int written = snprintf(
        text, sizeof text, "{\"refusal\":\"%s\",\"at\":%lld}", plain, now_milliseconds());
    publish(folder, text, (size_t)written);
}

void record_exit(const char *folder, int status) {
    char text[128];
    bool exited = WIFEXITED(status);
    int length = snprintf(
        text, sizeof text, "{\"%s\":%d,\"at\":%lld}", exited ? "code" : "signal",
        exited ? WEXITSTATUS(status) : WTERMSIG(status), now_milliseconds());
    publish(folder, text, (size_t)length);
}
