#define _GNU_SOURCE
#include "shim.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_number(const char *text) {
    if (!*text) return false;
    for (; *text; text++) {
        if (!isdigit((unsigned char)*text)) return false;
    }
    return true;
}

static bool find_group(struct identity *who, const char *name, struct reason *why) {
    if (is_number(name)) {
        who->gid = (gid_t)strtoul(name, NULL, 10);
        return true;
    }
    struct group *group = getgrnam(name);
    if (!group) return refuse(why, "this machine has no group named %s", name);
    who->gid = group->gr_gid;
    return true;
}

static bool find_user(struct identity *who, const char *name, bool has_group, struct reason *why) {
    struct passwd *user =
        is_number(name) ? getpwuid((uid_t)strtoul(name, NULL, 10)) : getpwnam(name);
    if (user) {
        who->uid = user->pw_uid;
        who->gid = user->pw_gid;
        who->group_count = GROUPS_MAX;
        // More groups than we have room for: the first ones are kept.
        if (getgrouplist(user->pw_name, user->pw_gid, who->groups, &who->group_count) < 0) {
            who->group_count = GROUPS_MAX;
        }
        return true;
    }
    if (!is_number(name)) return refuse(why, "this machine has no user named %s", name);
    if (!has_group) {
        return refuse(why, "this machine has no user %s: name its group too, as uid:gid", name);
    }
    who->uid = (uid_t)strtoul(name, NULL, 10);
    return true;
}

bool identity_find(struct identity *who, const char *text, struct reason *why) {
    char name[256];
    if (strlen(text) >= sizeof name) return refuse(why, "the user's name is too long");
    strcpy(name, text);
    char *group = strchr(name, ':');
    if (group) *group++ = 0;
    who->given = true;
    return find_user(who, name, group != NULL, why) && (!group || find_group(who, group, why));
}

bool identity_assume(const struct identity *who, struct reason *why) {
    if (!who->given) return true;
    if (who->uid == geteuid() && who->gid == getegid() && geteuid() != 0) return true;
    if (setgroups((size_t)who->group_count, who->groups) == 0 && setgid(who->gid) == 0
        && setuid(who->uid) == 0) {
        return true;
    }
    return refuse(
        why, "can't run as user %u, group %u: %s", who->uid, who->gid, strerror(errno));
}
