/* Prints the IPv4 addresses of a name, as the C library finds them. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>

int main(int count, char **arguments) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
    if (count != 2) return 2;
    int failure = getaddrinfo(arguments[1], "80", &hints, &found);
    if (failure != 0) {
        fprintf(stderr, "%s: %s\n", arguments[1], gai_strerror(failure));
        return 1;
    }
    for (; found; found = found->ai_next) {
        char text[INET_ADDRSTRLEN];
        struct sockaddr_in *address = (struct sockaddr_in *)found->ai_addr;
        puts(inet_ntop(AF_INET, &address->sin_addr, text, sizeof text));
    }
    return 0;
}
