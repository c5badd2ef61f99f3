"""A batch of messages: what one user did is counted together, and each message fails alone.

All uploads of a user change the same counters, and only one transaction at a time can. One that
counts ten uploads takes no longer than one that counts a single upload.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from darkroom.observability import logger
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.worker import images_in
from darkroom.quota.ledger import TOGETHER, Charge, Ledger


class Batch:
    """What of a batch is counted already, and the counting of the rest."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._charges: dict[ImageVersion, Charge] = {}
        self._released: set[ImageVersion] = set()

    def count(self, bodies: Sequence[str]) -> None:
        """Count what a batch of messages tells of, together as far as that can be. Never raises."""
        self._charges, self._released = {}, set()
        for images in self._groups(bodies):
            if len(images) == 1:
                continue  # whatever it raises is that message's own
            try:
                self._charges |= self._ledger.count(images)
            except Exception:  # noqa: BLE001  # each message meets it again, and fails alone
                logger.warning("not counted together: each of them is counted alone", exc_info=True)
            else:
                self._released |= {image for image in images if not isinstance(image, Upload)}

    def charge(self, upload: Upload) -> Charge:
        """The charge of an upload; a second delivery within the batch is charged like any other."""
        return self._charges.pop(upload, None) or self._ledger.charge(upload)

    def release(self, image: ImageVersion) -> None:
        """Count a deletion, unless it is."""
        if image not in self._released:
            self._ledger.release(image)

    def _groups(self, bodies: Sequence[str]) -> Iterator[list[ImageVersion]]:
        """What can be counted together; of several events of a key the first."""
        groups: dict[tuple[str, str], dict[str, ImageVersion]] = {}
        for image in (image for body in bodies for image in images_in(body)):
            period = self._ledger.period_of(image.uploaded_at) if isinstance(image, Upload) else ""
            groups.setdefault((image.identity_id, period), {}).setdefault(image.key, image)
        for group in groups.values():
            images = list(group.values())
            for start in range(0, len(images), TOGETHER):
                yield images[start : start + TOGETHER]
