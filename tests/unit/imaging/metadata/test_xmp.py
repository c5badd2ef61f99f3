from __future__ import annotations

import time

import pytest
from darkroom.imaging.metadata.xmp import Xmp, read_xmp
from hypothesis import given
from hypothesis import strategies as st

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
 <rdf:Description rdf:about="" xmp:Rating="4" xmp:CreateDate="2026-07-31T05:06:07.08+02:00">
  <dc:title><rdf:Alt><rdf:li xml:lang="fr">Aube</rdf:li>
   <rdf:li xml:lang="x-default">Dawn</rdf:li></rdf:Alt></dc:title>
  <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Été &amp; ciel</rdf:li></rdf:Alt>
  </dc:description>
  <dc:creator><rdf:Seq><rdf:li>Zoë</rdf:li><rdf:li>Max</rdf:li></rdf:Seq></dc:creator>
  <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2026</rdf:li></rdf:Alt></dc:rights>
  <dc:subject><rdf:Bag><rdf:li>sky</rdf:li><rdf:li>sea</rdf:li><rdf:li>sky</rdf:li></rdf:Bag>
  </dc:subject>
 </rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

READ = Xmp(
    title="Dawn",
    description="Été & ciel",
    creators=("Zoë", "Max"),
    rights="© 2026",
    keywords=("sky", "sea"),
    rating=4.0,
    created_at="2026-07-31T05:06:07.08+02:00",
)


@pytest.mark.parametrize("tail", [b"", b"\0", b" \n\0\0"])
def test_every_field_is_read_when_the_packet_is_complete(tail: bytes) -> None:
    assert read_xmp(PACKET.encode() + tail) == READ


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_every_field_is_read_when_the_encoding_is(encoding: str) -> None:
    text = PACKET if encoding != "latin-1" else PACKET.replace("\ufeff", "")
    assert read_xmp(text.encode(encoding)) == READ


def test_rating_is_read_when_it_is_an_element() -> None:
    element = PACKET.replace(' xmp:Rating="4"', "").replace(
        "<dc:title>", "<xmp:Rating>-1</xmp:Rating><dc:title>"
    )
    assert read_xmp(element.encode()).rating == -1


@pytest.mark.parametrize("rating", ["nan", "inf", "99", "five", ""])
def test_rating_is_none_when_it_is_nonsense(rating: str) -> None:
    packet = PACKET.replace('Rating="4"', f'Rating="{rating}"')
    assert read_xmp(packet.encode()).rating is None


@pytest.mark.parametrize("date", ["2026-13-01", "now", "2026-01-01T25:00"])
def test_date_is_none_when_it_is_nonsense(date: str) -> None:
    packet = PACKET.replace("2026-07-31T05:06:07.08+02:00", date)
    assert read_xmp(packet.encode()).created_at is None


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "prolog",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY sky SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        "<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_nothing_is_read_when_there_is_a_document_type(prolog: str, encoding: str) -> None:
    packet = prolog + PACKET[PACKET.index("<x:xmpmeta") :]
    start = time.process_time()
    assert read_xmp(packet.encode(encoding)) == Xmp()
    assert time.process_time() - start < 0.1


def test_nothing_is_read_when_the_packet_is_larger_than_a_mebibyte() -> None:
    assert read_xmp(PACKET.encode() + b" " * (1 << 20)) == Xmp()


def test_nothing_is_read_when_elements_nest_without_end() -> None:
    assert read_xmp(b"<a>" * 170_000 + b"</a>" * 130_000) == Xmp()
    assert read_xmp(b"<a>" * 140_000 + b"</a>" * 140_000) == Xmp()


def test_list_is_cut_when_it_is_endless() -> None:
    many = "".join(f"<rdf:li>{n}</rdf:li>" for n in range(5_000))
    assert len(read_xmp(PACKET.replace("<rdf:li>sky</rdf:li>", many, 1).encode()).keywords) == 100


@given(st.lists(st.tuples(st.integers(0, 1_300), st.binary(max_size=3)), max_size=8))
def test_reading_never_fails_when_bytes_are_mutated(edits: list[tuple[int, bytes]]) -> None:
    raw = bytearray(PACKET.encode())
    for at, new in edits:
        raw[at : at + len(new)] = new
    read_xmp(bytes(raw))
