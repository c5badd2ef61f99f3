"""Names of cameras and lenses as people say them."""

from __future__ import annotations

import re

# What makers add to their name: their legal form, and what they make.
_COMPANY = re.compile(
    r"[\s,.]+(AG|CAMERA|CO|COMMUNICATIONS|COMPANY|COMPUTER|CORP|CORPORATION|ELECTRONICS"
    r"|GMBH|IMAGING|INC|INDUSTRIES|LIMITED|LLC|LTD|MOBILE|OPTICAL|TECH|TECHNOLOGIES"
    r"|TECHNOLOGY|TECHWIN)\b[\s,.]*$",
    re.IGNORECASE,
)
# Makers whose name is written otherwise than with one capital, or who are called otherwise.
_BRANDS = {
    "asahi": "Pentax", "benq": "BenQ", "blackberry": "BlackBerry", "eastman kodak": "Kodak",
    "flir systems ab": "FLIR", "fuji": "Fujifilm", "fuji photo film": "Fujifilm",
    "general electric": "GE", "general imaging": "GE", "gopro": "GoPro", "hewlett-packard": "HP",
    "hmd global": "Nokia", "konica minolta": "Konica Minolta", "lge": "LG",
    "om digital solutions": "OM System", "oneplus": "OnePlus", "phase one": "Phase One",
    "research in motion": "BlackBerry", "sanyo electric": "Sanyo", "seiko epson": "Epson",
    "sony ericsson": "Sony Ericsson", "sonyericsson": "Sony Ericsson",
}  # fmt: skip
_CAPITALS = {"asus", "flir", "hp", "oppo"}  # and names of three letters
# Makers that a model begins with although the company's name is another.
_IN_MODELS = {
    "apple", "blackberry", "canon", "casio", "epson", "fujifilm", "hasselblad", "hp", "kodak",
    "leica", "minolta", "nikon", "nokia", "olympus", "panasonic", "pentax", "ricoh", "samsung",
    "sigma", "sony",
}  # fmt: skip


def camera_name(make: str | None, model: str | None) -> str | None:
    """One maker's name and the model: `NIKON D90`, not `NIKON CORPORATION NIKON D90`.

    A model that begins with its maker is written as the camera writes it.
    """
    maker = _maker(make) if make else None
    model = re.sub(r"\s+DIGITAL CAMERA$", "", model or "", flags=re.IGNORECASE)
    first, _, rest = model.partition(" ")
    if rest and first.lower() in _IN_MODELS:
        return model
    for name in filter(None, (make, maker)):
        if model.lower().startswith(name.lower()):
            # `LG-H850`, `HTC_TyTN`; but `Kodachrome` is no model of a maker `Koda`.
            rest = model[len(name) :].lstrip(" _-")
            model = rest if len(rest) < len(model) - len(name) or not rest else model
            break
    return " ".join(filter(None, (maker, model))) or None


def lens_name(
    shortest: float | None,
    longest: float | None,
    widest: float | None = None,
    widest_at_longest: float | None = None,
) -> str | None:
    """A lens by its focal lengths in mm and largest apertures: `18-55mm f/3.5-5.6`.

    None without a focal length.
    """
    if shortest is None or not 0 < shortest < 10_000:
        return None
    focal = _range(shortest, longest if longest and shortest < longest < 10_000 else None)
    if widest is None or not 0.3 < widest < 100:
        return f"{focal}mm"
    narrower = widest_at_longest if widest_at_longest and widest_at_longest > widest else None
    return f"{focal}mm f/{_range(widest, narrower)}"


def _range(low: float, high: float | None) -> str:
    return "-".join(f"{round(number, 1):g}" for number in (low, high) if number is not None)


def _maker(name: str) -> str:
    """A maker's name without its company: `Nikon` of `NIKON CORPORATION`."""
    shortened, name = name, ""
    while shortened and shortened != name and shortened.lower() not in _BRANDS:
        name, shortened = shortened, _COMPANY.sub("", shortened)
    name = shortened or name
    brand = _BRANDS.get(name.lower())
    if brand:
        return brand
    if name.lower() in _CAPITALS or (name.isupper() and len(name) <= 3):
        return name.upper()
    is_plain = name.isupper() or name.islower()
    return " ".join(word.capitalize() for word in name.split()) if is_plain else name
