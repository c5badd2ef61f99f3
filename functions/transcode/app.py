"""Transcode: a version for the web of what browsers cannot show, or show too heavily."""

from __future__ import annotations

from darkroom.config import TranscodeConfig, load
from darkroom.image_worker import filename_of, image_handler, limits_of, output_of
from darkroom.imaging.transcode import NAME, WebOptions, make_web_version
from darkroom.records import SKIPPED, StepOutcome
from darkroom.steps import Result

config = load(TranscodeConfig)
limits = limits_of(config)
options = WebOptions(config.web_format, config.web_quality)
WEB_READY = StepOutcome(SKIPPED, reason="web-ready", message="Browsers show the original as it is.")


def work(data: bytes) -> Result:
    rendition = make_web_version(data, options, limits)
    if rendition is None:
        return Result(WEB_READY)
    return Result(outputs=(output_of(rendition),))


# An animation becomes WebP whatever the format of still pictures is.
formats = {config.web_format, "webp"}
handler = image_handler("transcode", config, work, [filename_of(NAME, f) for f in formats])
