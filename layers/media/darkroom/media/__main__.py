"""What Darkroom makes of your own videos: python -m darkroom.media FOLDER."""

from __future__ import annotations

import signal
import sys

from darkroom.media.command.main import main

if __name__ == "__main__":
    # The reader may close the pipe early, as `head` does: then end quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
