/* The upstream of the benchmark: answers as cheaply as a socket allows, so that the proxy before
 * it is what gets measured. One thread. GET gets the same 1 KB, or 1 MB when its path begins with
 * `/large`; POST has a body of exactly 1 MB, which is read and thrown away, and gets the 1 KB. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BODY_BYTES = 1024, LARGE_BYTES = 1 << 20, EVENTS_MAX = 256, DESCRIPTORS_MAX = 65536 };

static const char head_end[] = "\r\n\r\n";

/* One connection: where in a request it is. */
struct stream {
    unsigned char matched; /* how much of head_end has been seen */
    unsigned char position; /* bytes of the head so far, up to 255 */
    char method;
    char path; /* what follows the first slash */
    unsigned body_left;
};
static struct stream streams[DESCRIPTORS_MAX];

struct answer {
    char bytes[LARGE_BYTES + 256];
    size_t count;
};
static struct answer small, large;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void compose(struct answer *answer, int body) {
    int head = snprintf(answer->bytes, sizeof answer->bytes,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n",
                        body);
    memset(answer->bytes + head, 'x', (size_t)body);
    answer->count = (size_t)(head + body);
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
    streams[connection] = (struct stream){0};
    watch(poll, connection);
}

/* Sockets block: a proxy that takes its time has its answer kept by the kernel. */
static int send_all(int connection, const struct answer *answer) {
    size_t sent = 0;
    while (sent < answer->count) {
        ssize_t count =
            send(connection, answer->bytes + sent, answer->count - sent, MSG_NOSIGNAL);
        if (count <= 0) return -1;
        sent += (size_t)count;
    }
    return 0;
}

/* One byte of a head; whether it was its last. */
static int ends_head(struct stream *stream, char byte) {
    if (stream->position == 0) stream->method = byte;
    if (stream->position == 5) stream->path = byte;
    if (stream->position < 255) stream->position++;
    unsigned char seen = stream->matched;
    stream->matched = byte == head_end[seen] ? seen + 1 : byte == '\r';
    return stream->matched == sizeof head_end - 1;
}

static int take(int connection, const char *bytes, ssize_t count) {
    struct stream *stream = &streams[connection];
    for (ssize_t i = 0; i < count;) {
        if (stream->body_left == 0) {
            if (!ends_head(stream, bytes[i++])) continue;
            int is_post = stream->method == 'P', is_large = stream->path == 'l';
            *stream = (struct stream){.body_left = is_post ? LARGE_BYTES : 0};
            if (!is_post && send_all(connection, is_large ? &large : &small) < 0) return -1;
        } else {
            unsigned here = (unsigned)(count - i);
            unsigned used = here < stream->body_left ? here : stream->body_left;
            stream->body_left -= used;
            i += used;
            if (stream->body_left == 0 && send_all(connection, &small) < 0) return -1;
        }
    }
    return 0;
}

static void serve(int connection) {
    static char bytes[65536];
    ssize_t count = recv(connection, bytes, sizeof bytes, 0);
    if (count <= 0 || take(connection, bytes, count) < 0) close(connection);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: upstream PORT\n");
        return 64;
    }
    compose(&small, BODY_BYTES);
    compose(&large, LARGE_BYTES);
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
