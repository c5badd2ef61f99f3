from __future__ import annotations

import pytest
from darkroom.imaging.metadata.names import camera_name, lens_name
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("make", "model", "expected"),
    [
        ("NIKON CORPORATION", "NIKON D90", "NIKON D90"),
        ("NIKON", "E5700", "Nikon E5700"),
        ("NIKON CORPORATION", "NIKON Z f", "NIKON Z f"),
        ("Canon", "Canon EOS R6", "Canon EOS R6"),
        ("Apple", "iPhone 17", "Apple iPhone 17"),
        ("EASTMAN KODAK COMPANY", "KODAK DX4900 ZOOM DIGITAL CAMERA", "KODAK DX4900 ZOOM"),
        ("JK Imaging, Ltd.", "KODAK PIXPRO S-1", "KODAK PIXPRO S-1"),
        ("PENTAX Corporation", "PENTAX K10D", "PENTAX K10D"),
        ("RICOH IMAGING COMPANY, LTD.", "PENTAX K-1", "PENTAX K-1"),
        ("Asahi Optical Co.,Ltd", "PENTAX Optio 330", "PENTAX Optio 330"),
        ("OLYMPUS IMAGING CORP.", "E-P3", "Olympus E-P3"),
        ("OLYMPUS OPTICAL CO.,LTD", "C2000Z", "Olympus C2000Z"),
        ("OM Digital Solutions", "OM-1", "OM System OM-1"),
        ("FUJI PHOTO FILM CO., LTD.", "SP-2500", "Fujifilm SP-2500"),
        ("FUJIFILM", "X-T5", "Fujifilm X-T5"),
        ("SONY", "ILCE-7M3", "Sony ILCE-7M3"),
        ("LEICA CAMERA AG", "LEICA T (Typ 701)", "LEICA T (Typ 701)"),
        ("KONICA MINOLTA", "DiMAGE Z3", "Konica Minolta DiMAGE Z3"),
        ("CASIO COMPUTER CO.,LTD.", "EX-M2", "Casio EX-M2"),
        ("SANYO Electric Co.,Ltd.", "SX113", "Sanyo SX113"),
        ("SEIKO EPSON CORP.", "PhotoPC 3000Z", "Epson PhotoPC 3000Z"),
        ("Hewlett-Packard", "HP PhotoSmart C812", "HP PhotoSmart C812"),
        ("SAMSUNG", "SAMSUNG-SM-N900A", "Samsung SM-N900A"),
        ("samsung", "SM-G975F", "Samsung SM-G975F"),
        ("LG Electronics", "LG-H850", "LG H850"),
        ("HTC", "HTC One", "HTC One"),
        ("HMD Global", "Nokia 8.3 5G", "Nokia 8.3 5G"),
        ("Jolla", "Jolla", "Jolla"),
        ("Koda", "Kodachrome", "Koda Kodachrome"),
        ("T-MOBILE", "G1", "T-mobile G1"),
        ("Apple", None, "Apple"),
        (None, "NIKON D850", "NIKON D850"),
        (None, None, None),
    ],
)
def test_camera_is_called_as_people_do_when_the_file_says(
    make: str | None, model: str | None, expected: str | None
) -> None:
    assert camera_name(make, model) == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_camera_has_a_name_when_the_file_says_anything(make: str, model: str) -> None:
    named = camera_name(make, model)
    assert (named is None) == (not make and not model)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((18, 55, 3.5, 5.6), "18-55mm f/3.5-5.6"),
        ((70, 200, 2.8, 2.8), "70-200mm f/2.8"),
        ((50, 50, 1.8, 1.8), "50mm f/1.8"),
        ((5.40625, 16.21875), "5.4-16.2mm"),
        ((24, None, None, None), "24mm"),
        ((0, 0, 0, 0), None),
        ((None, 55), None),
        ((float("nan"), 55), None),
    ],
)
def test_lens_is_described_when_only_its_numbers_are_known(
    numbers: tuple[float | None, ...], expected: str | None
) -> None:
    assert lens_name(*numbers) == expected
