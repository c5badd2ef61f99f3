"""The rule that every function which processes follows for one version of one image.

Open the item, work, write the outputs, write the step, and only then send the receipt, if no step
is pending any more: whoever gets a receipt finds all steps, and whoever reads a step finds its
outputs. DynamoDB writes an item once at a time, so whichever step comes last finds all others; one
that is repeated sends its receipt again. What turns out to be written for a version that was
overwritten, deleted or put over quota meanwhile is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkroom.errors import PermanentError
from darkroom.observability import count, logger
from darkroom.pipeline.join import is_pending
from darkroom.pipeline.originals import Originals, SourceVanished
from darkroom.pipeline.processed import ProcessedBucket, files_shown
from darkroom.pipeline.receipts import Receipts
from darkroom.pipeline.records import ImageRecords, SameObject, StepOutcome, Superseded, kind_in
from darkroom.pipeline.uploads import Upload
from darkroom.states import StepState

if TYPE_CHECKING:
    from darkroom.model import FileEntry, ImageItem, RenditionEntry
    from darkroom.people.once import Once


@dataclass(frozen=True)
class Output:
    """A file that a step made.

    The image's item lists it among the renditions if it has the name of a `rendition`, and as an
    attribute of its own if that is named.
    """

    filename: str
    body: bytes | Path  # or the file that holds them
    content_type: str
    attribute: str | None = None
    rendition: str | None = None
    width: int = 0
    height: int = 0
    format: str = ""

    @property
    def bytes(self) -> int:
        """How many bytes the file has."""
        return self.body.stat().st_size if isinstance(self.body, Path) else len(self.body)


@dataclass(frozen=True)
class Result:
    """How a step's work ended, and the files that it made."""

    outcome: StepOutcome = field(default_factory=StepOutcome)
    outputs: tuple[Output, ...] = ()


class Step:
    """One function's part of the pipeline.

    A file of another kind than the step's is acknowledged and left: nothing of it is read here but
    its head, by whoever is the first to come, and nothing is written.

    `filenames` are all output files that the step can ever write for a version: it deletes them
    when the version is superseded. With `once`, for work of minutes, what is finished is not done
    again when its message comes again, as long as the files are there, nor by two runs at a time.
    """

    def __init__(
        self,
        name: str,
        *,
        records: ImageRecords,
        processed: ProcessedBucket,
        receipts: Receipts,
        originals: Originals,
        filenames: Iterable[str] = (),
        once: Once | None = None,
    ) -> None:
        self._name = name
        self._once = once
        self._kind = records.kind_of_step(name)
        self._records = records
        self._originals = originals
        self._processed = processed
        self._receipts = receipts
        self._filenames = tuple(filenames)

    def run(self, upload: Upload, work: Callable[[], Result]) -> None:
        """Do `work` for an upload and record it; safe to repeat at any time.

        A PermanentError of `work` is the image's fault: it is recorded as rejected. Any other
        exception leaves, so that the message is delivered again: AlreadyInProgress, where another
        run is at this work.
        """
        logger.append_keys(image=upload.key, version=upload.version)
        try:
            item = self._records.open(upload, self._originals)
            if self._kind not in (None, kind_in(item)):
                self._leave(kind_in(item))
            elif self._once is None:
                self._record(upload, self._attempt(work))
            elif not self._has_finished(upload, item):
                with self._once.alone(f"{self._name}#{upload.key}#{upload.version}"):
                    # Who was in there until now may have done it.
                    if not self._has_finished(upload, self._records.open(upload, self._originals)):
                        self._record(upload, self._attempt(work))
        except SourceVanished:
            self._records.delete_permanently(upload)
            self._undo_outputs(upload)
        except SameObject:
            # Its files may still be on show, until the step has made them anew.
            logger.info("nothing to do: this object is recorded under a synthetic version")
        except Superseded as reason:
            self._undo_outputs(upload, reason=str(reason))

    def report_progress(self, upload: Upload, percent: int) -> None:
        """Let the upload's owner see how far the work is.

        Raises:
            Superseded: what is made of this version is not to be kept. Let it end the work.
        """
        self._records.report_progress(upload, self._name, percent)

    def _leave(self, kind: str) -> None:
        count("StepOtherKind")
        logger.info("nothing to do: this step is not for files of this kind", extra={"kind": kind})

    def _attempt(self, work: Callable[[], Result]) -> Result:
        try:
            return work()
        except PermanentError as error:
            return Result(
                StepOutcome(StepState.REJECTED, reason=error.code, message=error.sentence)
            )

    def _record(self, upload: Upload, result: Result) -> None:
        renditions: dict[str, RenditionEntry] = {}
        attributes: dict[str, Any] = {**result.outcome.attributes}
        for output in result.outputs:
            key = self._processed.write(upload, output.filename, output.body, output.content_type)
            if output.rendition:
                renditions[output.rendition] = {
                    "key": key,
                    "format": output.format,
                    "width": output.width,
                    "height": output.height,
                    "bytes": output.bytes,
                }
            if output.attribute:
                file: FileEntry = {"key": key, "bytes": output.bytes}
                attributes[output.attribute] = file
        outcome = replace(result.outcome, renditions=renditions, attributes=attributes)
        self._send_receipt(upload, self._records.finish_step(upload, self._name, outcome))
        self._records.confirm(upload)
        count(f"Step{outcome.state.title().replace('_', '')}")
        logger.info("step finished", extra={"state": outcome.state, "reason": outcome.reason})

    def _has_finished(self, upload: Upload, item: ImageItem) -> bool:
        """Whether nothing is to do; the receipt is sent again then, for the first may be lost."""
        if not self._is_finished(item):
            return False
        logger.info("nothing to do: this step is finished, and its files are there")
        self._send_receipt(upload, item)
        return True

    def _is_finished(self, item: ImageItem) -> bool:
        step = item["steps"].get(self._name)
        if step is None or step["state"] == StepState.PENDING:
            return False
        shown = files_shown(item).values()
        own = [key for key in shown if key.rpartition("/")[2] in self._filenames]
        return all(map(self._processed.has, own))

    def _send_receipt(self, upload: Upload, item: ImageItem) -> None:
        if is_pending(item):
            return  # a later step finds this one, and sends the receipt
        self._receipts.send(
            {
                "identity_id": upload.identity_id,
                "image": upload.key,
                "version": upload.version,
                "step": self._name,
                **item["steps"][self._name],
            },
        )

    def _undo_outputs(self, upload: Upload, *, reason: str = "the upload was deleted") -> None:
        self._processed.delete_outputs(upload, self._filenames)
        count("StepSuperseded")
        logger.info("version superseded: outputs removed", extra={"reason": reason})
