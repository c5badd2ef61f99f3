"""A film of photos, as a phone makes one: HEVC, on its side, with sound, place and camera."""

from __future__ import annotations

import io
import math
from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image, ImageOps

_SECONDS, _FRAMES_A_SECOND = 4, 25
_SIZE = (720, 1280)  # upright
_SOUND_RATE = 48_000
_CODING = {"preset": "ultrafast", "x265-params": "pools=none:frame-threads=1:log-level=none"}
# As iPhones write them; the tags of QuickTime need an option of the container.
_TAGS = {
    "com.apple.quicktime.location.ISO6709": "+28.5620-080.5772+003.000/",
    "com.apple.quicktime.creationdate": "2015-02-11T18:03:00-0500",
    "com.apple.quicktime.make": "Darkroom",
    "com.apple.quicktime.model": "Sample phone",
}


def film(photos: Sequence[bytes], *, seconds: float = _SECONDS) -> bytes:
    """A MOV file that moves slowly into each of these photos."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mov"
        options = {"movflags": "use_metadata_tags"}
        with av.open(str(path), "w", format="mov", options=options) as out:
            out.metadata.update(_TAGS)
            picture = out.add_stream("libx265", rate=_FRAMES_A_SECOND, options=_CODING)
            picture.width, picture.height = _SIZE[1], _SIZE[0]
            picture.pix_fmt = "yuv420p"
            picture.codec_context.codec_tag = "hvc1"
            picture.set_display_rotation(270)
            sound = out.add_stream("aac", rate=_SOUND_RATE, layout="mono")
            for number, image in enumerate(_images(photos, round(seconds * _FRAMES_A_SECOND))):
                # On its side, as the sensor has it: whoever shows it turns it back.
                frame = VideoFrame.from_image(image.transpose(Image.Transpose.ROTATE_90))
                frame.pts, frame.time_base = number, Fraction(1, _FRAMES_A_SECOND)
                out.mux(picture.encode(frame))
            out.mux(picture.encode(None))
            for tone in _tones(round(seconds * _SOUND_RATE)):
                out.mux(sound.encode(tone))
            out.mux(sound.encode(None))
        return path.read_bytes()


def _images(photos: Sequence[bytes], count: int) -> Iterator[Image.Image]:
    each = math.ceil(count / len(photos))
    for index, photo in enumerate(photos):
        with Image.open(io.BytesIO(photo)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
        whole = ImageOps.fit(upright, _SIZE)
        for number in range(min(each, count - index * each)):
            margin = 0.15 * number / each
            left, top = margin * _SIZE[0] / 2, margin * _SIZE[1] / 2
            box = (left, top, _SIZE[0] - left, _SIZE[1] - top)
            yield whole.resize(_SIZE, Image.Resampling.BILINEAR, box=box)


def _tones(count: int) -> Iterator[AudioFrame]:
    size = 1024
    for start in range(0, count, size):
        wave = (math.sin(at * 2 * math.pi * 220 / _SOUND_RATE) for at in range(start, start + size))
        frame = AudioFrame(format="fltp", layout="mono", samples=size)
        frame.planes[0].update(array("f", (0.1 * value for value in wave)).tobytes())
        frame.sample_rate, frame.pts = _SOUND_RATE, start
        frame.time_base = Fraction(1, _SOUND_RATE)
        yield frame
