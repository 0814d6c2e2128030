#!/bin/sh
# Asks a name server through the resolvers that programs use; prints a line for each:
# RESOLVER: ADDRESS ADDRESS ...
#
# resolvers.sh NAMESERVER-BENCH FOLDER NAME, in network, mount and process namespaces of its own:
# the name server has port 53 and is the only one that the machine knows.
set -eu
bench=$1 folder=$2 name=$3

busybox ip link set lo up
printf 'nameserver 127.0.0.1\noptions timeout:5\n' >"$folder/resolv.conf"
printf 'hosts: dns\n' >"$folder/nsswitch.conf"
mount --bind "$folder/resolv.conf" /etc/resolv.conf
mount --bind "$folder/nsswitch.conf" /etc/nsswitch.conf

until_answered() { # PORT
    for _ in $(seq 100); do
        # Its own troubles it prints too.
        dig +short +time=1 +tries=1 @127.0.0.1 -p "$1" "$name" | grep -q '^10\.' && return 0
        busybox usleep 50000
    done
    echo "nothing answers on port $1" >&2
    exit 1
}

show() { # RESOLVER, its addresses on standard input
    printf '%s: %s\n' "$1" "$(sort -u | tr '\n' ' ')"
}

"$bench" --data "$folder" --listen 53 --names 3 --instances 3 >"$folder/nameserver.log" 2>&1 &
until_answered 53

# Not ahostsv4, which asks nobody while only the loopback interface has an IPv4 address.
getent ahosts "$name" | cut -d' ' -f1 | show glibc
busybox nslookup -type=a "$name" | sed -n 's/^Address: \(10\..*\)/\1/p' | show busybox
python3 -c 'import socket, sys
for found in socket.getaddrinfo(sys.argv[1], 80, proto=socket.IPPROTO_TCP): print(found[4][0])' \
    "$name" | show getaddrinfo

if command -v musl-gcc >/dev/null; then
    musl-gcc -static -o "$folder/lookup" "$(dirname "$0")/lookup.c"
    "$folder/lookup" "$name" | show musl
fi
if command -v go >/dev/null; then
    cp "$(dirname "$0")/lookup.go.txt" "$folder/lookup.go"
    HOME=$folder GOFLAGS=-mod=mod CGO_ENABLED=0 go run "$folder/lookup.go" "$name" | show go
fi
if command -v unbound >/dev/null; then
    cat >"$folder/unbound.conf" <<END
server:
  interface: 127.0.0.1
  port: 5353
  do-daemonize: no
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  domain-insecure: "teal"
forward-zone:
  name: "teal"
  forward-addr: 127.0.0.1
END
    unbound -c "$folder/unbound.conf" >"$folder/unbound.log" 2>&1 &
    until_answered 5353
    dig +short @127.0.0.1 -p 5353 "$name" | show unbound
fi
