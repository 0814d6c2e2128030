#ifndef TEAL_SHIM_H
#define TEAL_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// The shim starts one process, keeps its output and its end, and outlives whoever started it.

enum {
    CGROUPS_MAX = 8,
    LIMITS_MAX = 16,
    GROUPS_MAX = 64,
    REASON_BYTES_MAX = 400,
    // The descriptor that says, by being held, that the process is neither started nor refused.
    STARTING_FD = 3,
};

// A reason to give up, for people.
struct reason {
    char text[REASON_BYTES_MAX];
};

__attribute__((format(printf, 2, 3))) bool refuse(struct reason *why, const char *format, ...);

// Who the process runs as.
struct identity {
    bool given;
    uid_t uid;
    gid_t gid;
    gid_t groups[GROUPS_MAX];
    int group_count;
};

// Finds `text`, a name or number with or without `:group`; false with a reason.
bool identity_find(struct identity *who, const char *text, struct reason *why);
bool identity_assume(const struct identity *who, struct reason *why);

struct limit {
    int resource;
    uint64_t soft;
    uint64_t hard;
};

// Reads `name=soft:hard`, named as ECS's ulimits are; -1 means unlimited.
bool limit_parse(struct limit *limit, const char *text, struct reason *why);

// What to run, and how.
struct order {
    const char *folder;
    const char *directory;
    // The cgroup.procs files of the cgroups to join.
    const char *cgroups[CGROUPS_MAX];
    int cgroup_count;
    struct limit limits[LIMITS_MAX];
    int limit_count;
    struct identity identity;
    int64_t log_bytes_max;
    int log_files_max;
    // Replace the shim itself instead of keeping watch: for health checks.
    bool exec_only;
    unsigned alarm_seconds;
    char **arguments;
};

bool order_parse(struct order *order, int count, char **words, struct reason *why);

// Becomes what `order` asks for, and dies with `keeper` if that is not 0; returns only on failure.
void order_execute(const struct order *order, pid_t keeper, struct reason *why);

// Starts the process with `output` as its standard output and error; -1 with a reason.
pid_t launch(const struct order *order, int output, struct reason *why);

// The container's log: rotated by size, never an obstacle to who writes it.
struct logfile {
    const char *folder;
    int64_t bytes_max;
    int files_max;
    int fd;
    int64_t size;
    uint64_t dropped;
};

void log_open(struct logfile *log, const struct order *order);
void log_write(struct logfile *log, const char *bytes, size_t count);
// Moves what `pipe` holds into the log; false at its end.
bool log_drain(struct logfile *log, int pipe);

// Files that appear whole or not at all.
bool record_reserve(const char *folder, struct reason *why);
bool record_start(const char *folder, pid_t pid);
void record_refusal(const char *folder, const struct reason *why);
void record_exit(const char *folder, int status);

// Kills every descendant; call again whenever a child ended, until none is left (true).
bool remains_kill(void);

#endif
