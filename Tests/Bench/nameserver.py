"""The name servers that are measured: each one worker, the same names, over UDP."""

import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from peer import first_line, program, stripped
from server import Server

INSTANCES = 3
ZONE = "default.teal"
SEED = 1
PROBE_SECONDS = 1
# 100,000 names take a while to be written and read.
START_SECONDS = 240


@dataclass(frozen=True)
class NameServer:
    """A name server: its name, its version, and the command that serves `names` on a port."""

    name: str
    version: str
    command: Callable[[int, int], list[str]]
    folder: Path

    def serve(self, port: int, names: int, under: tuple[str, ...] = ()) -> Server:
        command = [*under, *self.command(port, names)]
        return Server(self.name, command, port, self.folder, is_serving, START_SECONDS)


def teal(bench: Path, folder: Path, *more: str) -> NameServer:
    copy = stripped(bench, folder)

    def command(port: int, names: int) -> list[str]:
        data = folder / f"names-{port}"
        data.mkdir()
        flags = ["--data", str(data), "--listen", str(port), "--names", str(names)]
        return [str(copy), *flags, "--instances", str(INSTANCES), *more]

    version = first_line("git", "describe", "--always", "--dirty")
    return NameServer("Teal", version, command, folder)


def nsd(folder: Path) -> NameServer:
    def command(port: int, names: int) -> list[str]:
        path = folder / f"nsd-{port}.conf"
        zone = zone_file(folder, names)
        path.write_text(NSD.format(port=port, folder=folder, zone=ZONE, file=zone))
        return [program("nsd"), "-d", "-c", str(path)]

    return NameServer("NSD", first_line(program("nsd"), "-v"), command, folder)


def knot(folder: Path) -> NameServer:
    def command(port: int, names: int) -> list[str]:
        data = folder / f"knot-{port}"
        data.mkdir()
        path = folder / f"knot-{port}.conf"
        zone = zone_file(folder, names)
        path.write_text(KNOT.format(port=port, folder=data, zone=ZONE, file=zone))
        return [program("knotd"), "-c", str(path)]

    return NameServer("Knot", first_line(program("knotd"), "-V"), command, folder)


def is_serving(port: int) -> bool:
    """Whether the last name to be loaded is answered."""
    labels = f"service-0.{ZONE}".split(".")
    name = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
    query = struct.pack(">6H", 1, 0, 1, 0, 0, 0) + name + struct.pack(">2H", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PROBE_SECONDS)
        client.connect(("127.0.0.1", port))
        client.send(query)
        answer = client.recv(4096)
    code, answers = answer[3] & 15, struct.unpack(">H", answer[6:8])[0]
    return code == 0 and answers == INSTANCES


def zone_file(folder: Path, names: int) -> Path:
    """What Teal answers for the same services, as a zone."""
    path = folder / f"zone-{names}"
    if not path.exists():
        with path.open("w") as zone:
            zone.write(f"$ORIGIN {ZONE}.\n$TTL 5\n")
            zone.write("@ SOA @ hostmaster 1 60 10 86400 1\n@ NS @\n@ A 127.0.0.1\n")
            for index in range(names):
                for instance in range(INSTANCES):
                    host, address = f"task-{instance}.service-{index}", f"10.0.{index % 250}"
                    zone.write(f"service-{index} A {address}.{instance}\n")
                    zone.write(f"service-{index} SRV 1 1 8080 {host}\n")
                    zone.write(f"{host} A {address}.{instance}\n")
    return path


def query_file(folder: Path, names: int, lines: int = 200_000) -> Path:
    """What clients ask: mostly addresses; IPv6 ones that are not there, as every stub does; some
    locations; some names that are not there."""
    path = folder / f"queries-{names}"
    picked = random.Random(SEED)
    kinds = [("service-{}", "A", 60), ("service-{}", "AAAA", 20), ("service-{}", "SRV", 15)]
    kinds.append(("nobody-{}", "A", 5))
    with path.open("w") as queries:
        for _ in range(lines):
            name, record, _ = picked.choices(kinds, [weight for *_, weight in kinds])[0]
            queries.write(f"{name.format(picked.randrange(names))}.{ZONE} {record}\n")
    return path


NSD = """\
server:
  server-count: 1
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd-{port}.pid"
  xfrdfile: "{folder}/nsd-{port}.xfrd"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/nsd-{port}.zones"
  round-robin: yes
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "{zone}"
  zonefile: "{file}"
"""

KNOT = """\
server:
  listen: 127.0.0.1@{port}
  rundir: "{folder}"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  answer-rotation: on
database:
  storage: "{folder}"
zone:
  - domain: "{zone}"
    file: "{file}"
"""
