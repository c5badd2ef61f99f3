"""A file's bytes as text: unpacked, decoded to UTF-8, with one kind of line ending."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from darkroom.delimited import GZIP, encoding_of
from darkroom.errors import FileTooLarge
from darkroom.tables.errors import BrokenArchive, UnpacksTooLarge
from darkroom.tables.limits import TableLimits

_UNPACKED_AT_ONCE = 1 << 20
_SAMPLE_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 14
_BEYOND_ASCII = bytes(range(128, 256))


def _itself(error: UnicodeError) -> tuple[str, int]:
    """Bytes that cp1252 leaves free stand for themselves, as browsers read them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


def _no_text(error: UnicodeError) -> tuple[str, int]:
    """What is no UTF-16 becomes what is no UTF-8, and costs its line as that does."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udfff", error.end


codecs.register_error("darkroom-itself", _itself)
codecs.register_error("darkroom-no-text", _no_text)


def unpacked(chunks: Iterable[bytes], limits: TableLimits) -> Iterator[bytes]:
    """The file's own bytes, gunzipped if they are a gzip file, within the limits.

    Raises:
        FileTooLarge: there are more than the limits allow.
        UnpacksTooLarge: the same, of what is in the archive.
        BrokenArchive: the gzip file is damaged or ends too early.
    """
    first, rest = beginning(chunks, len(GZIP))
    together = chain((first,), rest)
    yield from (
        _gunzipped(together, limits) if first.startswith(GZIP) else _bounded(together, limits)
    )


def beginning(chunks: Iterable[bytes], least: int) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, at least so many where there are, and the chunks behind them."""
    rest, first = iter(chunks), b""
    for chunk in rest:
        first += chunk
        if len(first) >= least:
            break
    return first, rest


def _bounded(chunks: Iterator[bytes], limits: TableLimits) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limits.max_bytes:
            raise FileTooLarge(f"This file has more than {limits.max_bytes / 1e6:,.0f} MB.")
        yield chunk


def _gunzipped(chunks: Iterator[bytes], limits: TableLimits) -> Iterator[bytes]:
    unpacker, read, made = zlib.decompressobj(31), 0, 0
    try:
        for chunk in chunks:
            read += len(chunk)
            while chunk:
                if unpacker.eof:  # another archive behind this one
                    unpacker = zlib.decompressobj(31)
                out = unpacker.decompress(chunk, _UNPACKED_AT_ONCE)
                made += len(out)
                check_unpacked(read, made, limits)
                if out:
                    yield out
                chunk = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    except zlib.error as error:
        raise BrokenArchive("This file is damaged: it cannot be unpacked.") from error
    if not unpacker.eof:
        raise BrokenArchive("This file is cut off: please upload it once more.")


def check_unpacked(read: int, made: int, limits: TableLimits) -> None:
    """Raises UnpacksTooLarge if so many bytes unpack to more than the limits allow."""
    bomb = made > limits.free_unpacked_bytes and made > read * limits.max_unpacked_ratio
    if made > limits.max_bytes or bomb:
        raise UnpacksTooLarge(
            f"This file unpacks to more than {min(made, limits.max_bytes) / 1e6:,.0f} MB, "
            "which is too much. Please upload it in parts."
        )


class Decoder:
    """Turns bytes into UTF-8 with `\\n` at the end of lines; `encoding` is what it takes them for.

    Bytes that are no UTF-8 in a file of UTF-8 stay as they are: the rows are rejected that hold
    them, as are those that hold what is no UTF-16 in a file of UTF-16. A file whose first letters
    beyond ASCII are no UTF-8 is cp1252, unless `is_unicode`.
    """

    def __init__(self, sample: bytes, *, is_unicode: bool = False) -> None:
        self.encoding = encoding_of(sample)
        if is_unicode and self.encoding == "cp1252":
            self.encoding = "utf-8"
        is_ascii = sample.rstrip(_BEYOND_ASCII).isascii()  # a letter may be cut at the end
        self._undecided = self.encoding == "utf-8" and is_ascii and not is_unicode
        self._held = b""
        self._decoder = self._made()
        self._mark_bytes = len(codecs.BOM_UTF8) if self.encoding == "utf-8-sig" else 0
        self._return = False  # the last byte was a carriage return, which a line feed may follow

    def decode(self, chunk: bytes, *, final: bool = False) -> bytes:
        """The next part of the text."""
        chunk, self._held = self._held + chunk, b""
        if self._undecided and not final:
            whole = len(chunk.rstrip(_BEYOND_ASCII))
            chunk, self._held = chunk[:whole], chunk[whole:]
        if self._undecided and not chunk.isascii():
            self._undecided = False
            self.encoding = encoding_of(chunk)
            if self.encoding.startswith("utf-16"):
                self.encoding = "utf-8"  # NULs amid ASCII: no encoding, the rows are rejected
            self._decoder = self._made()
        if self._decoder is not None:
            chunk = self._decoder.decode(chunk, final).encode("utf-8", "surrogatepass")
        elif self._mark_bytes:
            left = self._mark_bytes
            chunk, self._mark_bytes = chunk[left:], max(0, left - len(chunk))
        return self._with_line_feeds(chunk, final)

    def _made(self) -> codecs.IncrementalDecoder | None:
        if self.encoding.startswith("utf-8"):
            return None
        errors = "darkroom-itself" if self.encoding == "cp1252" else "darkroom-no-text"
        return codecs.getincrementaldecoder(self.encoding)(errors)

    def _with_line_feeds(self, chunk: bytes, final: bool) -> bytes:
        if self._return:
            chunk, self._return = b"\r" + chunk, False
        if chunk.endswith(b"\r") and not final:
            chunk, self._return = chunk[:-1], True
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk


class Text:
    """A file's text in UTF-8 with `\\n` at the end of lines. `first` is the beginning of it."""

    def __init__(self, chunks: Iterator[bytes], *, is_unicode: bool = False) -> None:
        sample, self._chunks = beginning(chunks, _SAMPLE_BYTES)
        self.is_whole = len(sample) < _SAMPLE_BYTES
        self._decoder = Decoder(sample, is_unicode=is_unicode)
        self.first = self._decoder.decode(sample, final=self.is_whole)

    @property
    def encoding(self) -> str:
        """What the text is written in, once all of it is read."""
        return self._decoder.encoding

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """The text, once, from a byte of `first` on."""
        rest, self.first = self.first[start:], b""
        for at in range(0, len(rest), _BLOCK_BYTES):
            yield rest[at : at + _BLOCK_BYTES]
        del rest
        if not self.is_whole:
            for chunk in self._chunks:
                for at in range(0, len(chunk), _BLOCK_BYTES):
                    yield self._decoder.decode(chunk[at : at + _BLOCK_BYTES])
            yield self._decoder.decode(b"", final=True)
