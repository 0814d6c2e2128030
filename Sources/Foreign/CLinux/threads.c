#define _GNU_SOURCE
#include "threads.h"

#include <sys/prctl.h>

void teal_name_thread(const char *name) {
    prctl(PR_SET_NAME, name);
}
