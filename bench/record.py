"""Where figures go: one line on the screen, one JSON line in .data/bench.jsonl."""

import json
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / ".data" / "bench.jsonl"


def record(measure: str, value: float, unit: str, aim: str, met: bool) -> None:
    """Keep one figure: what was measured, in which unit, what was aimed at, and whether it was met."""
    print(f"{measure}: {value} {unit} (aim {aim}: {'met' if met else 'NOT met'})")
    FILE.parent.mkdir(exist_ok=True)
    with FILE.open("a", encoding="utf-8") as file:
        line = {"measure": measure, "value": value, "unit": unit, "aim": aim, "met": met}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
