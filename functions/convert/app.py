"""Convert: a video as every browser plays it, where browsers do not play it as it is.

It refuses no video: whether one is sound, probe says. What cannot be converted keeps its pictures.
"""

from __future__ import annotations

from darkroom.aws.clients import s3_client, sqs_client
from darkroom.config import ConvertConfig, load
from darkroom.errors import PermanentError
from darkroom.media import MediaLimits, ProcessLimits, SandboxError, transcode
from darkroom.observability import count
from darkroom.pipeline.hiding import Hiding
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Output, Result
from darkroom.pipeline.video_worker import VideoJob, video_handler
from darkroom.pipeline.watermarks import watermark_of
from darkroom.states import StepState
from darkroom.units import clock

FILENAME = "video.mp4"
WEB_READY = "Browsers play the original as it is."
# A function has 900 seconds, of which some are for waiting for bytes, and for writing.
CPU_SECONDS, WALL_SECONDS = 800, 860

config = load(ConvertConfig)
hiding = Hiding(sqs_client(), config.queue_url, at_once=(SandboxError,))
limits = MediaLimits(
    max_bytes=config.max_video_bytes,
    max_seconds=config.max_video_seconds,
    max_work_seconds=CPU_SECONDS,
    process=ProcessLimits(cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS),
)
watermark = watermark_of(config, s3_client()) if config.video_watermark == "true" else None


def work(job: VideoJob) -> Result:
    hiding.begin()
    try:
        made = transcode(
            job.source,
            job.folder,
            limits,
            short_edge=config.video_edge_pixels,
            watermark=watermark,
            on_progress=job.on_progress,
        )
    except PermanentError as refusal:
        return skipped(refusal.code, refusal.sentence)
    if made.path is None:
        return skipped(made.reason, made.message or WEB_READY)
    count("VideoSeconds", round(made.seconds))
    outcome = StepOutcome()
    if made.cut_off:
        message = f"The file ends early. Its version has what is there, {clock(made.seconds)}."
        outcome = StepOutcome(reason="truncated", message=message)
    return Result(outcome, (Output(FILENAME, made.path, "video/mp4", attribute="video"),))


def skipped(reason: str | None, message: str) -> Result:
    return Result(StepOutcome(StepState.SKIPPED, reason=reason, message=message))


handler = video_handler("convert", config, work, [FILENAME], hiding=hiding, once=True)
