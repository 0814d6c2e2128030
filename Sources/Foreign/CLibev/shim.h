#ifndef TEAL_CLIBEV_SHIM_H
#define TEAL_CLIBEV_SHIM_H

#include <ev.h>

// Swift cannot call libev's macros, and need not know its loops and watchers: a handler gets its
// own watcher and what happened. It travels in the watcher's `data`.
typedef void (*teal_handler)(void *_Nonnull watcher, int events);

static inline void teal_io_call(struct ev_loop *loop, ev_io *watcher, int events) {
    (void)loop;
    ((teal_handler)watcher->data)(watcher, events);
}

static inline void teal_timer_call(struct ev_loop *loop, ev_timer *watcher, int events) {
    (void)loop;
    ((teal_handler)watcher->data)(watcher, events);
}

static inline void teal_async_call(struct ev_loop *loop, ev_async *watcher, int events) {
    (void)loop;
    ((teal_handler)watcher->data)(watcher, events);
}

static inline void teal_check_call(struct ev_loop *loop, ev_check *watcher, int events) {
    (void)loop;
    ((teal_handler)watcher->data)(watcher, events);
}

static inline void teal_io_init(
    ev_io *_Nonnull watcher, teal_handler _Nonnull handler, int descriptor, int events) {
    ev_io_init(watcher, teal_io_call, descriptor, events);
    watcher->data = (void *)handler;
}

// The next start registers the new interest with one epoll_ctl; stop the watcher first.
static inline void teal_io_modify(ev_io *_Nonnull watcher, int events) {
    ev_io_modify(watcher, events);
}

static inline void teal_timer_init(
    ev_timer *_Nonnull watcher, teal_handler _Nonnull handler, double after, double repeat) {
    ev_timer_init(watcher, teal_timer_call, after, repeat);
    watcher->data = (void *)handler;
}

static inline void teal_async_init(ev_async *_Nonnull watcher, teal_handler _Nonnull handler) {
    ev_async_init(watcher, teal_async_call);
    watcher->data = (void *)handler;
}

static inline void teal_check_init(ev_check *_Nonnull watcher, teal_handler _Nonnull handler) {
    ev_check_init(watcher, teal_check_call);
    watcher->data = (void *)handler;
}

static inline int teal_io_is_active(const ev_io *_Nonnull watcher) {
    return watcher->active != 0;
}

static inline int teal_timer_is_active(const ev_timer *_Nonnull watcher) {
    return watcher->active != 0;
}

#endif
