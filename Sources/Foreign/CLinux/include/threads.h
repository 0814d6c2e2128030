#ifndef TEAL_THREADS_H
#define TEAL_THREADS_H

// Names the calling thread, as top and gdb show it; at most 15 bytes.
void teal_name_thread(const char *_Nonnull name);

#endif
