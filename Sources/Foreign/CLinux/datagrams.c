#define _GNU_SOURCE
#include "datagrams.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

_Static_assert(sizeof(struct sockaddr_storage) == 128, "a peer has room for any address");

int teal_tell_destinations(int descriptor, int is_ipv6) {
    int on = 1;
    return is_ipv6 ? setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on)
                   : setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
}

static void describe(
    struct mmsghdr *headers, struct iovec *vectors, struct teal_datagram *datagrams,
    unsigned int count) {
    memset(headers, 0, count * sizeof *headers);
    for (unsigned int i = 0; i < count; i++) {
        vectors[i].iov_base = datagrams[i].bytes;
        vectors[i].iov_len = datagrams[i].count;
        struct msghdr *header = &headers[i].msg_hdr;
        header->msg_iov = &vectors[i];
        header->msg_iovlen = 1;
        header->msg_name = datagrams[i].peer;
        header->msg_namelen = datagrams[i].peer_length;
        header->msg_control = datagrams[i].control_length ? datagrams[i].control : NULL;
        header->msg_controllen = datagrams[i].control_length;
    }
}

// Turns where a datagram came to into where its answer is sent from. The interface is the routing
// table's to choose, but for addresses that have a meaning on one only.
static size_t turn_around(struct msghdr *header) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
        if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(part), sizeof info);
            info.ipi_ifindex = 0;
            memcpy(CMSG_DATA(part), &info, sizeof info);
            memmove(header->msg_control, part, CMSG_SPACE(sizeof info));
            return CMSG_SPACE(sizeof info);
        }
        if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(part), sizeof info);
            if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) return 0;
            if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) info.ipi6_ifindex = 0;
            memcpy(CMSG_DATA(part), &info, sizeof info);
            memmove(header->msg_control, part, CMSG_SPACE(sizeof info));
            return CMSG_SPACE(sizeof info);
        }
    }
    return 0;
}

int teal_receive_datagrams(
    int descriptor, struct teal_datagram *datagrams, unsigned int count) {
    struct mmsghdr headers[TEAL_DATAGRAMS_MAX];
    struct iovec vectors[TEAL_DATAGRAMS_MAX];
    if (count > TEAL_DATAGRAMS_MAX) count = TEAL_DATAGRAMS_MAX;
    for (unsigned int i = 0; i < count; i++) {
        datagrams[i].peer_length = sizeof datagrams[i].peer;
        datagrams[i].control_length = sizeof datagrams[i].control;
    }
    describe(headers, vectors, datagrams, count);
    int received = recvmmsg(descriptor, headers, count, MSG_DONTWAIT, NULL);
    if (received < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
    for (int i = 0; i < received; i++) {
        datagrams[i].count = headers[i].msg_len;
        datagrams[i].peer_length = headers[i].msg_hdr.msg_namelen;
        datagrams[i].control_length = turn_around(&headers[i].msg_hdr);
    }
    return received;
}

int teal_send_datagrams(
    int descriptor, struct teal_datagram *datagrams, unsigned int count) {
    struct mmsghdr headers[TEAL_DATAGRAMS_MAX];
    struct iovec vectors[TEAL_DATAGRAMS_MAX];
    if (count > TEAL_DATAGRAMS_MAX) count = TEAL_DATAGRAMS_MAX;
    describe(headers, vectors, datagrams, count);
    int sent;
    do {
        sent = sendmmsg(descriptor, headers, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent;
}
