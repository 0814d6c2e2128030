#include "shim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

bool refuse(struct reason *why, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
    return false;
}

static const struct {
    const char *name;
    int resource;
} resources[] = {
    {"core", RLIMIT_CORE},         {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},         {"fsize", RLIMIT_FSIZE},
    {"locks", RLIMIT_LOCKS},       {"memlock", RLIMIT_MEMLOCK},
    {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
    {"nofile", RLIMIT_NOFILE},     {"nproc", RLIMIT_NPROC},
    {"rss", RLIMIT_RSS},           {"rtprio", RLIMIT_RTPRIO},
    {"rttime", RLIMIT_RTTIME},     {"sigpending", RLIMIT_SIGPENDING},
    {"stack", RLIMIT_STACK},
};

bool limit_parse(struct limit *limit, const char *text, struct reason *why) {
    char name[16];
    long long soft, hard;
    if (sscanf(text, "%15[a-z]=%lld:%lld", name, &soft, &hard) != 3) {
        return refuse(why, "the ulimit %s is not name=soft:hard", text);
    }
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        if (strcmp(resources[i].name, name) != 0) continue;
        limit->resource = resources[i].resource;
        limit->soft = soft < 0 ? RLIM_INFINITY : (uint64_t)soft;
        limit->hard = hard < 0 ? RLIM_INFINITY : (uint64_t)hard;
        return true;
    }
    return refuse(why, "there is no ulimit named %s", name);
}

static bool order_take(struct order *order, int option, struct reason *why) {
    switch (option) {
    case 'd': order->folder = optarg; return true;
    case 'w': order->directory = optarg; return true;
    case 'u': return identity_find(&order->identity, optarg, why);
    case 'b': order->log_bytes_max = atoll(optarg); return true;
    case 'n': order->log_files_max = atoi(optarg); return true;
    case 'x': order->exec_only = true; return true;
    case 't': order->alarm_seconds = (unsigned)atoi(optarg); return true;
    case 'c':
        if (order->cgroup_count == CGROUPS_MAX) return refuse(why, "too many cgroups");
        order->cgroups[order->cgroup_count++] = optarg;
        return true;
    case 'r':
        if (order->limit_count == LIMITS_MAX) return refuse(why, "too many ulimits");
        return limit_parse(&order->limits[order->limit_count++], optarg, why);
    default: return refuse(why, "teal-shim does not know one of its options");
    }
}

bool order_parse(struct order *order, int count, char **words, struct reason *why) {
    *order = (struct order){.log_bytes_max = 10 << 20, .log_files_max = 5};
    bool good = true;
    int option;
    // Every option is read even after a bad one: the refusal is written into the folder.
    while ((option = getopt(count, words, "+d:w:u:c:r:b:n:t:x")) != -1) {
        if (good) {
            good = order_take(order, option, why);
        } else if (option == 'd') {
            order->folder = optarg;
        }
    }
    if (!good) return false;
    if (optind >= count) return refuse(why, "there is no command to run");
    if (!order->exec_only && !order->folder) return refuse(why, "-d FOLDER is missing");
    if (order->log_bytes_max < 1 || order->log_files_max < 1) {
        return refuse(why, "the log needs at least one byte and one file");
    }
    order->arguments = words + optind;
    return true;
}
