/* The upstream of the benchmark: answers every request head with the same 1 KB, as cheaply as a
 * socket allows, so that the proxy before it is what gets measured. GET only; one thread. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BODY_BYTES = 1024, EVENTS_MAX = 256, DESCRIPTORS_MAX = 65536, ANSWERS_MAX = 16 };

static const char head_end[] = "\r\n\r\n";
/* How much of head_end each connection has seen so far. */
static unsigned char matched[DESCRIPTORS_MAX];
static char answer[BODY_BYTES + 256];
static size_t answer_bytes;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void compose_answer(void) {
    int head = snprintf(answer, sizeof answer - BODY_BYTES,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n",
                        BODY_BYTES);
    memset(answer + head, 'x', BODY_BYTES);
    answer_bytes = (size_t)head + BODY_BYTES;
}

static int listen_on(int port) {
    int one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) fail("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    if (listen(listener, 4096) < 0) fail("listen");
    return listener;
}

static void watch(int poll, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0) fail("epoll_ctl");
}

static void accept_one(int poll, int listener) {
    int one = 1;
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) return;
    if (connection >= DESCRIPTORS_MAX) {
        close(connection);
        return;
    }
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    matched[connection] = 0;
    watch(poll, connection);
}

/* The number of heads that end within the bytes. */
static int count_heads(int connection, const char *bytes, ssize_t count) {
    int heads = 0;
    unsigned char seen = matched[connection];
    for (ssize_t i = 0; i < count; i++) {
        seen = bytes[i] == head_end[seen] ? seen + 1 : bytes[i] == '\r';
        if (seen == sizeof head_end - 1) {
            heads++;
            seen = 0;
        }
    }
    matched[connection] = seen;
    return heads;
}

static void serve(int connection) {
    static char bytes[65536];
    ssize_t count = recv(connection, bytes, sizeof bytes, 0);
    int heads = count > 0 ? count_heads(connection, bytes, count) : 0;
    if (count <= 0 || heads > ANSWERS_MAX) {
        close(connection);
        return;
    }
    while (heads-- > 0) {
        if (send(connection, answer, answer_bytes, MSG_NOSIGNAL) != (ssize_t)answer_bytes) {
            close(connection);
            return;
        }
    }
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: upstream PORT\n");
        return 64;
    }
    compose_answer();
    int listener = listen_on(atoi(arguments[1]));
    int poll = epoll_create1(0);
    if (poll < 0) fail("epoll_create1");
    watch(poll, listener);
    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int ready = epoll_wait(poll, events, EVENTS_MAX, -1);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) accept_one(poll, listener);
            else serve(events[i].data.fd);
        }
    }
}
