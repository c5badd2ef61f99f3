"""The table of the demo: prices of houses, with what real files have in them. Made, not copied."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta

_TOWNS = ("Graz", "Linz", "Salzburg, Süd", "Wien", "Villach", "Bregenz")
_ROWS = 2000
BROKEN_ROWS = 3


def houses() -> bytes:
    """A CSV file with semicolons and decimal commas, of which `BROKEN_ROWS` rows break apart."""
    chance = random.Random(7)  # noqa: S311  # the same file each time
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("id", "town", "sold", "price", "rooms", "garden", "remarks"))
    for number in range(_ROWS):
        sold = date(2020, 1, 1) + timedelta(days=chance.randrange(2000))
        price = f"{chance.randrange(90_000, 900_000)},{chance.randrange(100):02d}"
        remarks = 'needs a "new" roof\nand a door' if number % 50 == 0 else ""
        rooms = chance.randrange(1, 9) if number % 20 else ""
        garden = chance.choice(("true", "false"))
        town = chance.choice(_TOWNS)
        writer.writerow((number, town, sold.isoformat(), price, rooms, garden, remarks))
        if number in (500, 1000, 1500):
            text.write(f"{number};{town};cut off\r\n")
    return text.getvalue().encode()
