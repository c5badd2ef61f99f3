"""The rule every processor follows for one version of one image.

Open the item, work, write the outputs, write the step, and only then the receipt: whoever reads a
receipt finds the step, and whoever reads the step finds its outputs. What turns out to be written
for a version that was overwritten, deleted or put over quota meanwhile is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from aws_lambda_powertools.metrics import MetricUnit
from darkroom.errors import PermanentError
from darkroom.observability import logger, metrics
from darkroom.pipeline.originals import Originals, SourceVanished
from darkroom.pipeline.processed import ProcessedBucket, receipt_filename
from darkroom.pipeline.records import (
    DONE,
    REJECTED,
    ImageRecords,
    SameObject,
    StepOutcome,
    Superseded,
    kind_in,
)
from darkroom.pipeline.uploads import Upload


@dataclass(frozen=True)
class Output:
    """A file a step made. With a `rendition` name it is listed in the image's item."""

    filename: str
    body: bytes
    content_type: str
    rendition: str | None = None
    width: int = 0
    height: int = 0
    format: str = ""


@dataclass(frozen=True)
class Result:
    """What a step's work returns: how it ended, and the files it made."""

    outcome: StepOutcome = field(default_factory=lambda: StepOutcome(DONE))
    outputs: tuple[Output, ...] = ()


class Step:
    """One processor's part of the pipeline.

    A file of another kind than the step's is acknowledged and left: nothing of it is read here but
    its head, by whoever is the first to come, and nothing is written.

    `filenames` are all output files it can ever write for a version, receipt apart: what it takes
    back when the version is not wanted any more.
    """

    def __init__(
        self,
        name: str,
        *,
        records: ImageRecords,
        processed: ProcessedBucket,
        originals: Originals,
        filenames: Iterable[str] = (),
    ) -> None:
        self._name = name
        self._kind = records.kind_of_step(name)
        self._records = records
        self._originals = originals
        self._processed = processed
        self._filenames = (*filenames, receipt_filename(name))

    def run(self, upload: Upload, work: Callable[[], Result]) -> None:
        """Do `work` for an upload and record it; safe to repeat at any time.

        A PermanentError of `work` is the image's fault: it is recorded as rejected. Any other
        exception leaves, so that the message is delivered again.
        """
        logger.append_keys(image=upload.key, version=upload.version)
        try:
            kind = kind_in(self._records.open(upload, self._originals))
            if self._kind not in (None, kind):
                self._leave(kind)
                return
            result = self._attempt(work)
            self._record(upload, result)
        except SourceVanished:
            self._records.bury(upload)
            self._take_back(upload)
        except SameObject:
            # Its files may still be on show, until the step has made them anew.
            logger.info("recorded under a stand-in for this version")
        except Superseded:
            self._take_back(upload)

    def _leave(self, kind: str) -> None:
        metrics.add_metric(name="StepOtherKind", unit=MetricUnit.Count, value=1)
        logger.info("nothing to do for a file of this kind", extra={"kind": kind})

    def _attempt(self, work: Callable[[], Result]) -> Result:
        try:
            return work()
        except PermanentError as error:
            return Result(StepOutcome(REJECTED, reason=error.code, message=error.sentence))

    def _record(self, upload: Upload, result: Result) -> None:
        renditions = {}
        for output in result.outputs:
            key = self._processed.write(upload, output.filename, output.body, output.content_type)
            if output.rendition:
                renditions[output.rendition] = {
                    "key": key,
                    "format": output.format,
                    "width": output.width,
                    "height": output.height,
                    "bytes": len(output.body),
                }
        outcome = replace(result.outcome, renditions=renditions)
        self._records.finish_step(upload, self._name, outcome)
        self._processed.write_receipt(upload, self._name, outcome.summary())
        self._records.confirm(upload)
        metrics.add_metric(
            name=f"Step{outcome.state.title().replace('_', '')}", unit=MetricUnit.Count, value=1
        )
        logger.info("step finished", extra={"state": outcome.state, "reason": outcome.reason})

    def _take_back(self, upload: Upload) -> None:
        self._processed.discard(upload, self._filenames)
        metrics.add_metric(name="StepSuperseded", unit=MetricUnit.Count, value=1)
        logger.info("version is not wanted any more")
