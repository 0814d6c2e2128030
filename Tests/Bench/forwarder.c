/* The floor of the benchmark: moves bytes between each client and a connection of its own to the
 * target, and looks at none of them. What it costs is the kernel's share, which no proxy saves. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS_MAX = 256, DESCRIPTORS_MAX = 65536 };

/* By descriptor: the other side of a connection. */
static int other_side[DESCRIPTORS_MAX];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((unsigned short)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int listen_on(int port) {
    int one = 1;
    struct sockaddr_in address = loopback(port);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) fail("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    if (listen(listener, 4096) < 0) fail("listen");
    return listener;
}

static void watch(int poll, int descriptor) {
    int one = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0) fail("epoll_ctl");
}

static void accept_one(int poll, int listener, int target_port) {
    struct sockaddr_in address = loopback(target_port);
    int client = accept(listener, NULL, NULL);
    if (client < 0) return;
    int target = socket(AF_INET, SOCK_STREAM, 0);
    if (target < 0 || target >= DESCRIPTORS_MAX || client >= DESCRIPTORS_MAX) fail("descriptors");
    if (connect(target, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    other_side[client] = target;
    other_side[target] = client;
    watch(poll, client);
    watch(poll, target);
}

/* A side whose other one is closed has no use; its descriptor may be another connection's soon. */
static void end(int descriptor) {
    int other = other_side[descriptor];
    other_side[descriptor] = other_side[other] = 0;
    close(descriptor);
    close(other);
}

static void forward(int descriptor) {
    static char bytes[65536];
    /* Its other side ended within the same round of events. */
    if (other_side[descriptor] == 0) return;
    ssize_t count = recv(descriptor, bytes, sizeof bytes, 0);
    for (ssize_t sent = 0; sent < count;) {
        ssize_t moved = send(other_side[descriptor], bytes + sent, (size_t)(count - sent),
                             MSG_NOSIGNAL);
        if (moved <= 0) return end(descriptor);
        sent += moved;
    }
    if (count <= 0) end(descriptor);
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: forwarder PORT TARGET_PORT\n");
        return 64;
    }
    int listener = listen_on(atoi(arguments[1]));
    int poll = epoll_create1(0);
    if (poll < 0) fail("epoll_create1");
    watch(poll, listener);
    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int ready = epoll_wait(poll, events, EVENTS_MAX, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) accept_one(poll, listener, atoi(arguments[2]));
            else forward(events[i].data.fd);
        }
    }
}
