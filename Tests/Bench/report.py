"""Tables, and the same as JSON."""

import json
import platform
import statistics
from dataclasses import dataclass
from pathlib import Path

SUBJECT = "Teal"


@dataclass
class Row:
    """One measure: each peer's samples, of which medians are shown."""

    scenario: str
    measure: str
    samples: dict[str, list[float]]
    """By peer; samples of the same index were taken in the same round."""
    budget: float | None = None
    """What Teal may use at most; only for counts that are the same on every machine."""

    def value(self, peer: str) -> float | None:
        samples = self.samples.get(peer)
        return statistics.median(samples) if samples else None

    def ratio(self, other: str) -> float | None:
        """Teal's share of the other's: the median of the rounds, where noise is shared."""
        mine, theirs = self.samples.get(SUBJECT, []), self.samples.get(other, [])
        ratios = [a / b for a, b in zip(mine, theirs) if b > 0]
        return statistics.median(ratios) if ratios else None

    @property
    def is_over_budget(self) -> bool:
        value = self.value(SUBJECT)
        return self.budget is not None and value is not None and value > self.budget


@dataclass
class Table:
    """What was measured of servers of one kind."""

    rows: list[Row]
    versions: dict[str, str]
    """By peer."""

    @property
    def text(self) -> str:
        return _text(self.rows, list(self.versions))

    @property
    def document(self) -> dict[str, object]:
        others = [peer for peer in self.versions if peer != SUBJECT]
        return {
            "peers": self.versions,
            "rows": [
                {
                    "scenario": row.scenario,
                    "measure": row.measure,
                    "medians": {peer: row.value(peer) for peer in self.versions},
                    "ratios": {other: row.ratio(other) for other in others},
                    "samples": row.samples,
                    "budget": row.budget,
                }
                for row in self.rows
            ],
        }


def write(tables: list[Table], path: Path) -> None:
    document = {
        "machine": {"kernel": platform.release(), "processor": _processor()},
        "tables": [table.document for table in tables],
    }
    path.write_text(json.dumps(document, indent=2) + "\n")


def _text(rows: list[Row], peers: list[str]) -> str:
    others = [peer for peer in peers if peer != SUBJECT] if SUBJECT in peers else []
    lines = [["", *peers, *(f"{SUBJECT} / {other}" for other in others), "Teal at most"]]
    scenario = ""
    for row in rows:
        if row.scenario != scenario:
            scenario = row.scenario
            lines.append([scenario])
        cells = [_number(row.value(peer)) for peer in peers]
        cells += [_ratio(row.ratio(other)) for other in others]
        over = " exceeded" if row.is_over_budget else ""
        cells.append(f"{row.budget:g}{over}" if row.budget is not None else "")
        lines.append([f"  {row.measure}", *cells])
    return _align(lines)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _align(lines: list[list[str]]) -> str:
    full = [line for line in lines if len(line) > 1]
    widths = [max(map(len, column)) for column in zip(*full)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return platform.machine()
