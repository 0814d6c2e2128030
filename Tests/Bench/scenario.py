"""What is asked of every proxy: how many connections, which request heads."""

from dataclasses import dataclass

SMALL_HEAD = {"Host": "bench.example"}

# What a browser of today sends with a page's subresource: 13 fields, 1.1 KB.
BROWSER_HEAD = {
    "Host": "bench.example",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-GB,en;q=0.9,de;q=0.8",
    "Cache-Control": "no-cache",
    "Cookie": "session=" + "0123456789abcdef" * 8 + "; theme=dark; consent=" + "a1" * 48,
    "Referer": "https://bench.example/catalogue/items?page=12&sort=price&order=descending",
    "Sec-CH-UA": '"Chromium";v="126", "Not.A/Brand";v="24", "Google Chrome";v="126"',
    "Sec-CH-UA-Mobile": "?0",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
}


@dataclass(frozen=True)
class Scenario:
    name: str
    connections: int
    head: dict[str, str]
    path: str = "/"
    script: str | None = None
    """A file beside this one, for wrk."""
    has_floor: bool = True
    """Whether moving bytes without reading them is the same work."""


SCENARIOS = [
    Scenario("64 connections, small heads", 64, SMALL_HEAD),
    Scenario("64 connections, browser heads", 64, BROWSER_HEAD),
    Scenario("8 connections, small heads", 8, SMALL_HEAD),
    Scenario(
        "64 at a time, new connection each", 64, SMALL_HEAD | {"Connection": "close"},
        has_floor=False,
    ),
    Scenario("8 connections, responses of 1 MB", 8, SMALL_HEAD, "/large"),
    Scenario("8 connections, requests of 1 MB", 8, SMALL_HEAD, script="upload.lua"),
]
