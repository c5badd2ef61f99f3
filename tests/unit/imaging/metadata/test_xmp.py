from __future__ import annotations

import dataclasses
import re
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


@pytest.mark.parametrize("date", ["2026-13-01", "now"])
def test_date_is_none_when_it_is_nonsense(date: str) -> None:
    packet = PACKET.replace("2026-07-31T05:06:07.08+02:00", date)
    assert read_xmp(packet.encode()).created_at is None


def changed(old: str, new: str) -> str:
    assert old in PACKET
    return PACKET.replace(old, new)


FLAWS = {
    "junk behind": PACKET + "ata>?</x:xmpmeta></rdf:li> & <dc:title>Other</dc:title>",
    "older packet behind": PACKET + "meta>" + PACKET.replace("<rdf:li>sea", "<rdf:li>old"),
    "junk before": "\0ns/1.0/>" + PACKET,
    "undeclared prefix": changed("rdf:about", "GCamera:MicroVideo='1' rdf:about"),
    "undeclared everything": re.sub(r' xmlns:\w+="[^"]*"', "", PACKET),
    "address without its end": changed("elements/1.1/", "elements/1.1"),
    "bare ampersand": changed("sea", "sea</rdf:li><rdf:li>salt & pepper"),
    "ampersand in attribute": changed("rdf:about", "xmp:Label='a & b < c' rdf:about"),
    "bare less-than": changed("sea", "sea</rdf:li><rdf:li>1 < 2"),
    "unclosed element": changed("</rdf:Alt></dc:title>", "</dc:title>"),
    "end without beginning": changed("<dc:rights>", "</rdf:Seq></dc:date><dc:rights>"),
    "control character": changed("rdf:about", "xmp:Label='\x01\x0b' rdf:about"),
    "character that is none": changed("rdf:about", "xmp:Label='&#0;&#x110000;' rdf:about"),
    "unknown entity": changed("rdf:about", "xmp:Label='&nbsp;&foo;' rdf:about"),
    "attribute twice": changed('xmp:Rating="4"', 'xmp:Rating="4" xmp:Rating="4"'),
    "attribute without quotes": changed('xmp:Rating="4"', "xmp:Rating=4"),
    "two roots": PACKET + "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
    "cut in its last tags": PACKET[: PACKET.index("</rdf:RDF>") + 4],
    "cut in its padding": PACKET[: PACKET.index("<?xpacket end")],
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_nothing_else_is_lost_when_a_packet_has_a_flaw(flaw: str) -> None:
    read = read_xmp(FLAWS[flaw].encode())
    extra = {"bare ampersand": "salt & pepper", "bare less-than": "1 < 2"}.get(flaw)
    keywords = (*READ.keywords, *([extra] if extra else []))
    assert read == dataclasses.replace(READ, keywords=keywords)


def test_one_bad_byte_costs_one_letter_when_the_rest_is_utf_8() -> None:
    packet = PACKET.encode().replace("Zoë".encode(), "Zo\xeb".encode("latin-1"))
    assert read_xmp(packet) == READ


@given(st.integers(0, len(PACKET)), st.text("<>&'\"/:=! \0a", max_size=6))
def test_what_comes_before_is_kept_when_a_flaw_stands_anywhere(at: int, flaw: str) -> None:
    read = read_xmp((PACKET[:at] + flaw + PACKET[at:]).encode())
    if at > PACKET.index("</dc:description>") + len("</dc:description>"):
        assert (read.title, read.description) == (READ.title, READ.description)


def test_packets_are_joined_when_there_are_several() -> None:
    first = changed(' xmp:Rating="4"', "").replace("2026-07-31T05:06:07.08+02:00", "")
    second = changed("<rdf:li>sea</rdf:li>", "<rdf:li>sun</rdf:li>").replace("Dawn", "Dusk")
    read = read_xmp(first.encode(), second.encode())
    assert (read.title, read.rating, read.created_at) == ("Dawn", 4.0, READ.created_at)
    assert read.keywords == ("sky", "sea", "sun")


def test_a_packet_that_must_not_be_read_costs_no_other() -> None:
    assert read_xmp(b"<!DOCTYPE x>" + PACKET.encode(), PACKET.encode()) == READ
    assert read_xmp(bytes(2 << 20), PACKET.encode()) == READ


def described(attributes: str = "", elements: str = "") -> bytes:
    """A packet whose prefixes nobody declared."""
    return (
        f"<x:xmpmeta><rdf:RDF><rdf:Description {attributes}>{elements}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("exif:DateTimeOriginal='2016-01-28T12:21:20+01:00'", "2016-01-28T12:21:20+01:00"),
        ("photoshop:DateCreated='2016-01-28'", "2016-01-28"),
        ("photoshop:DateCreated='1920'", "1920"),
        ("exif:DateTimeDigitized='2016:01:28 12:21:20'", "2016-01-28T12:21:20"),
        ("photoshop:DateCreated='1920' exif:DateTimeOriginal='2016-01-28'", "2016-01-28"),
        ("photoshop:DateCreated='1920' exif:DateTimeOriginal='nonsense'", "1920"),
        ("xmp:ModifyDate='2016-01-28'", None),
    ],
)
def test_time_of_taking_is_the_first_known_when_xmp_has(
    attributes: str, expected: str | None
) -> None:
    assert read_xmp(described(attributes)).taken_at == expected


def test_exposure_is_read_when_only_xmp_has_it() -> None:
    read = read_xmp(
        described(
            "exif:ExposureTime='1/125' exif:FNumber='56/10' exif:FocalLength='350/10'",
            "<exif:ISOSpeedRatings><rdf:Seq><rdf:li>400</rdf:li></rdf:Seq></exif:ISOSpeedRatings>",
        )
    )
    assert (read.exposure_seconds, read.f_number, read.iso) == (0.008, 5.6, 400)
    assert read.focal_length_mm == 35.0


def test_exposure_is_read_from_its_logarithms_when_xmp_has_only_those() -> None:
    read = read_xmp(described("exif:ShutterSpeedValue='-3/1' exif:ApertureValue='4971/1000'"))
    assert (read.exposure_seconds, read.f_number) == (8.0, 5.6)


@pytest.mark.parametrize("text", ["1/0", "0", "-", "nan", "9" * 400, "1/1e999"])
def test_exposure_is_none_when_it_is_nonsense(text: str) -> None:
    read = read_xmp(described(f"exif:ExposureTime='{text}' exif:ISOSpeedRatings='{text}'"))
    assert read.exposure_seconds in (None, 1.0)
    assert read.iso in (None, 1)


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("49,51.5N", "2,17.67W", (49.8583333, -2.2945)),
        ("49,51,30S", "2,17,40.2E", (-49.8583333, 2.2945)),
        ("-49.8583333", "2.2945", (-49.8583333, 2.2945)),
        ("91,0N", "2,0E", None),
        ("north", "east", None),
        ("0,0N", "0,0E", None),
    ],
)
def test_place_is_read_when_xmp_writes_it_as_text(
    latitude: str, longitude: str, expected: tuple[float, float] | None
) -> None:
    gps = read_xmp(
        described(
            f"exif:GPSLatitude='{latitude}' exif:GPSLongitude='{longitude}' "
            "exif:GPSAltitude='125/10' exif:GPSAltitudeRef='1'"
        )
    ).gps
    assert (gps and (gps.latitude, gps.longitude)) == expected
    assert gps is None or gps.altitude_m == -12.5


def listed(name: str, *items: str) -> str:
    inner = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:Bag>{inner}</rdf:Bag></{name}>"


def test_tags_are_keywords_when_digikam_windows_or_lightroom_wrote_them() -> None:
    read = read_xmp(
        described(
            elements=listed("dc:subject", "sea")
            + listed("digiKam:TagsList", "Places/Berlin", "sea")
            + listed("MicrosoftPhoto:LastKeywordXMP", "sun")
            + listed("lr:hierarchicalSubject", "People|Ann")
            + listed("mediapro:CatalogSets", "People|Max")
        )
    )
    assert read.keywords == ("sea", "Berlin", "sun", "Ann", "Max")
    assert read.tags == ("Places/Berlin", "sea", "sun", "People/Ann", "People/Max")


@pytest.mark.parametrize(("percent", "stars"), [(1, 1), (25, 2), (50, 3), (75, 4), (99, 5)])
def test_rating_is_in_stars_when_windows_wrote_a_share(percent: int, stars: int) -> None:
    assert read_xmp(described(f"MicrosoftPhoto:Rating='{percent}'")).rating == stars


def test_words_of_another_picture_are_not_read_when_it_was_pasted_in() -> None:
    pantry = described("dc:title='Other' xmp:Rating='1'").decode().removeprefix("<x:xmpmeta>")
    assert read_xmp(described(elements=f"<xmpMM:Pantry>{pantry}</xmpMM:Pantry>")) == Xmp()


@pytest.mark.parametrize(
    "text", ["<", "<a", "<a ", '<a "', "<a b='", "&", "&#", "<!--", "<![CDATA["]
)
def test_reading_takes_little_time_when_a_mebibyte_repeats(text: str) -> None:
    start = time.process_time()
    read_xmp((text * (1 << 20))[: 1 << 20].encode())
    assert time.process_time() - start < 5


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


def test_time_is_bounded_when_a_file_has_packets_without_end() -> None:
    hostile = (b"<a/>" * (1 << 18))[: 1 << 20]
    start = time.process_time()
    assert read_xmp(PACKET.encode(), *([hostile] * 16)) == READ
    assert time.process_time() - start < 10
