"""Pictures in, pictures and facts out: pure functions on bytes that know nothing of AWS.

`darkroom.imaging.errors` and `.limits` import no imaging library; what needs pixels is imported
from the module that does it: thumbnails, watermark, transcode, metadata, placeholder.
"""
