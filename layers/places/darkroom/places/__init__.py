"""Names of places: country, region and town of coordinates, told without asking anybody."""

from darkroom.places.naming import Place as Place
from darkroom.places.naming import place_of as place_of
