"""Profile: what is in a table, in full as a document, in short in the file's item; and Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from darkroom.config import ProfileConfig, load
from darkroom.pipeline.file_worker import streaming_handler
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Output, Result
from darkroom.tables import TableLimits, profile_table

DOCUMENT, PARQUET, REJECTS = "table.json", "data.parquet", "rejects.csv"

config = load(ProfileConfig)
limits = TableLimits(max_bytes=config.max_table_bytes)


def work(chunks: Iterator[bytes], folder: Path) -> Result:
    profile, files = profile_table(chunks, folder, limits)
    document = json.dumps(profile.to_dict(), ensure_ascii=False, allow_nan=False)
    return Result(
        StepOutcome(attributes={"table": profile.summary()}),
        (
            Output(PARQUET, files.parquet, "application/vnd.apache.parquet"),
            Output(REJECTS, files.rejects, "text/csv; charset=utf-8"),
            Output(DOCUMENT, document.encode(), "application/json", attribute="details"),
        ),
    )


handler = streaming_handler(
    "profile", config, work, [DOCUMENT, PARQUET, REJECTS], max_bytes=config.max_table_bytes
)
