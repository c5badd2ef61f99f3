"""The files of the demo: its photos, and one file of each other kind, made of them or by script."""

from __future__ import annotations

from local import tables, videos
from local.paths import PHOTOS, ROOT
from local.photos import Photo, sample_photos

_FILM, _FILM_RECIPE = PHOTOS / "film.mov", PHOTOS / "film-recipe"
_RECIPE = [ROOT / "local" / name for name in ("photos.py", "videos.py")]
_PROCESSED = frozenset({"processed"})
_IN_THE_FILM = ("launch.jpg", "cat.avif", "galaxies.webp")


def sample_files() -> list[Photo]:
    """All of them, those to be refused last. The video is made once, and kept beside the photos."""
    pictures = sample_photos()
    recipe = "".join(path.read_text() for path in _RECIPE)
    if not _FILM_RECIPE.exists() or _FILM_RECIPE.read_text() != recipe:
        bodies = {picture.name: picture.body for picture in pictures}
        _FILM.write_bytes(videos.film([bodies[name] for name in _IN_THE_FILM]))
        _FILM_RECIPE.write_text(recipe)
    about = f"a table, of which {tables.BROKEN_ROWS} rows break apart"
    others = [
        Photo(_FILM.name, _FILM.read_bytes(), _PROCESSED, "HEVC on its side, with its place"),
        Photo("houses.csv", tables.houses(), _PROCESSED, about),
    ]
    return sorted([*pictures, *others], key=lambda each: each.ends != _PROCESSED)
