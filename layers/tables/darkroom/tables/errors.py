"""Why a table is refused, in codes and in sentences for whoever uploaded it; and what is a bug."""

from __future__ import annotations

from darkroom.errors import DarkroomError, FileTooLarge, PermanentError


class NotATable(PermanentError):
    """The lines have no columns that can be told apart, or there are no rows."""

    code = "no-table"


class TooManyColumns(PermanentError):
    """More columns than the limits allow."""

    code = "too-many-columns"


class TableTooComplex(PermanentError):
    """It does not fit the memory, the disk or the time that a table may take."""

    code = "too-complex"


def takes_too_long() -> TableTooComplex:
    """The refusal of a table that is not read in time."""
    return TableTooComplex("This table takes too long to read. Please upload it in parts.")


class BrokenArchive(PermanentError):
    """A gzip file or a workbook that is damaged or cut off."""

    code = "corrupt"


class PasswordNeeded(PermanentError):
    """A workbook that is encrypted."""

    code = "password"

    def __init__(self) -> None:
        super().__init__("This workbook has a password. Please save it without one.")


class UnsafeMarkup(PermanentError):
    """A workbook whose XML declares a type or entities, which can be made to grow or to fetch."""

    code = "unsafe-xml"


class UnpacksTooLarge(FileTooLarge):
    """A gzip file that unpacks to more than the limits allow."""

    code = "unpacks-too-large"


class MostlyBroken(PermanentError):
    """More rows break apart than not."""

    code = "mostly-broken"


class LinesLost(DarkroomError):
    """Lines of the file are neither in a row nor told as rejected: a bug here, never the file's."""
