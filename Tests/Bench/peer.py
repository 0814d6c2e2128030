"""The proxies that are measured: each one worker, plain HTTP/1.1 with X-Forwarded-* fields and an
access log in a file."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from server import Server

# HAProxy refuses to start when its maxconn cannot fit twice into the limit of descriptors.
HAPROXY_CONNECTIONS_MAX = 9_000
NGINX_CONNECTIONS_MAX = 16_384
FLOOR = "floor"


@dataclass(frozen=True)
class Peer:
    """A proxy: its name, its version, and the command that starts it on a port."""

    name: str
    version: str
    command: Callable[[int], list[str]]
    folder: Path

    def serve(self, port: int, under: tuple[str, ...] = ()) -> Server:
        """The proxy as a server, run by the tool `under` when one is given."""
        return Server(self.name, [*under, *self.command(port)], port, self.folder)


def teal(bench: Path, target: str, folder: Path, *more: str) -> Peer:
    """Teal's balancer with one worker, unless `more` flags say otherwise."""
    copy = stripped(bench, folder)

    def command(port: int) -> list[str]:
        flags = ["--listen", str(port), "--target", target, *(more or ("--workers", "1"))]
        flags += ["--access-log", str(folder / f"teal-{port}.log")]
        return [str(copy), *flags]

    return Peer("Teal", first_line("git", "describe", "--always", "--dirty"), command, folder)


def haproxy(target: str, folder: Path) -> Peer:
    def command(port: int) -> list[str]:
        path = folder / f"haproxy-{port}.cfg"
        path.write_text(HAPROXY.format(port=port, target=target, most=HAPROXY_CONNECTIONS_MAX))
        return [program("haproxy"), "-db", "-f", str(path)]

    return Peer("HAProxy", first_line(program("haproxy"), "-v"), command, folder)


def nginx(target: str, folder: Path) -> Peer:
    def command(port: int) -> list[str]:
        path = folder / f"nginx-{port}.conf"
        path.write_text(
            NGINX.format(port=port, target=target, folder=folder, most=NGINX_CONNECTIONS_MAX)
        )
        return [program("nginx"), "-p", str(folder), "-e", "stderr", "-c", str(path)]

    return Peer("nginx", first_line(program("nginx"), "-v"), command, folder)


def stripped(bench: Path, folder: Path) -> Path:
    """A copy for valgrind, which does not understand a Swift program's debugging information."""
    copy = folder / bench.name
    subprocess.run(["strip", "--strip-debug", "-o", copy, bench], check=True)
    return copy


def floor(target: str, folder: Path) -> Peer:
    """What only moves bytes: the share of the cost that is the kernel's, and no proxy saves."""
    forwarder = compiled("forwarder.c", folder)
    _, _, target_port = target.partition(":")

    def command(port: int) -> list[str]:
        return [str(forwarder), str(port), target_port]

    return Peer(FLOOR, "moves bytes, parses nothing", command, folder)


def compiled(source: str, folder: Path) -> Path:
    """A C program beside this file, compiled into `folder`."""
    path = Path(__file__).parent / source
    built = folder / path.stem
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-o", built, path], check=True)
    return built


def program(name: str) -> str:
    """The program's path; Debian keeps servers where only root's PATH looks."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError(f"{name} is not installed: run `make bench`, which installs it")
    return found


def first_line(*command: str) -> str:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return (done.stdout.splitlines() or ["unknown"])[0]


HAPROXY = """\
global
    nbthread 1
    maxconn {most}
    log stdout format raw local0

defaults
    mode http
    log global
    option httplog
    timeout connect 5s
    timeout client 300s
    timeout server 300s
    timeout http-keep-alive 300s

frontend front
    bind 127.0.0.1:{port}
    option forwardfor
    http-request set-header X-Forwarded-Proto http
    http-request set-header X-Forwarded-Port %[dst_port]
    default_backend back

backend back
    http-reuse always
    server upstream {target}
"""

NGINX = """\
daemon off;
master_process off;
pid {folder}/nginx-{port}.pid;
worker_rlimit_nofile {most};

events {{
    worker_connections {most};
}}

http {{
    access_log {folder}/nginx-{port}-access.log combined buffer=256k flush=1s;
    keepalive_timeout 300s;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    client_max_body_size 0;
    proxy_request_buffering off;
    proxy_max_temp_file_size 0;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;

    upstream back {{
        server {target};
        keepalive 256;
        keepalive_requests 1000000000;
        keepalive_timeout 300s;
    }}

    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            proxy_pass http://back;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Port $server_port;
        }}
    }}
}}
"""
