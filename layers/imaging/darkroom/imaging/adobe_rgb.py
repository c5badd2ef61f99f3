"""The profile of a camera that names Adobe RGB instead of embedding it.

Adobe RGB (1998) Color Image Encoding, 2005-05: 4.3.1.2 (gamma) and annex B (colorants under D50).
"""

from __future__ import annotations

import struct
from functools import cache

from darkroom.imaging.matrix_profile import matrix_profile

_COLORANTS = (
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
)
_GAMMA = struct.pack(">4s4xIH2x", b"curv", 1, 563)  # 2 51/256


@cache
def adobe_rgb() -> bytes:
    """An ICC profile of RGB pictures."""
    return matrix_profile("Adobe RGB (1998)", _COLORANTS, _GAMMA)
