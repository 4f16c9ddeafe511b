"""What a screen is told before it draws itself: the language, the city, and what build of the program it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.city import City
from layouts import text as words


@dataclass(frozen=True)
class Page:
    """`urls` are of the city's facts ("city"), the catalogue ("words") and the map's empty topology ("topojson");
    "cases" is there for a reader who may open the list of cases."""

    language: str
    city: City
    demo: bool
    build: str
    urls: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str, **values: object) -> str:
        return words.text(key, self.language, **values)

    @property
    def centre(self) -> str:
        """The centre's name, with the demo in front of it: no photograph may pass for the real centre."""
        name = self.city.centre if self.language.startswith("zh") else self.city.centre_en
        return self.text("wall.demo_prefix") + name if self.demo else name
