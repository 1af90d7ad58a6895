"""Cities and industries, loaded from their data file."""

import json
from pathlib import Path
from typing import Any

from enterprises.models import City, Industry

PLACES = Path(__file__).resolve().parents[1] / "data" / "places.json"


def load_places(**_signal: Any) -> None:
    """Make or update every city and industry of the data file; safe to run again. Names edited there win."""
    content = json.loads(PLACES.read_text(encoding="utf-8"))
    for model, rows in ((City, content["cities"]), (Industry, content["industries"])):
        model._default_manager.bulk_create(
            [model(position=position, **row) for position, row in enumerate(rows)],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[name for name in rows[0] if name != "code"] + ["position"],
        )
