"""A territory with posts and people, made by the services, for tests of duties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from shouwang.kernel.duties import api as duties
from shouwang.kernel.journal import api as journal
from shouwang.kernel.parties import api as parties
from shouwang.kernel.places import api as places
from shouwang.kernel.places.api import PlaceKind
from shouwang.util import clock
from shouwang.util.text import Text

HOUR = timedelta(hours=1)


@dataclass
class Land:
    """Places by code; makes people and posts."""

    places: dict[str, places.Place] = field(default_factory=dict)

    def place(self, kind, code, parent=None, subkind=""):
        self.places[code] = places.create_place(
            kind=kind,
            code=code,
            name_zh=f"地点{code}",
            name_en=f"Place {code}",
            parent=self.places.get(parent),
            subkind=subkind,
            actor=journal.SYSTEM,
        )
        return self.places[code]

    def __getitem__(self, code):
        return self.places[code]

    def somebody(self):
        return parties.Person.objects.create(name="某人", created_at=clock.now())

    def post(self, role, code, **more):
        row = duties.PostRow(role, self.places[code], Text(f"{role}岗", f"{role} post"), **more)
        return duties.create_posts([row])[0]

    def hold(self, role, code, kind="REGULAR", *, hours=None, seats=1):
        """Somebody new holds a new post from now on; return the holding."""
        return self.assign(self.post(role, code, seats=seats), kind, hours=hours)

    def assign(self, post, kind="REGULAR", *, person=None, after=0, hours=None):
        from_at = clock.now() + after * HOUR
        return duties.assign(
            post,
            person or self.somebody(),
            kind=kind,
            from_at=from_at,
            until_at=from_at + hours * HOUR if hours else None,
            actor=journal.SYSTEM,
        )


def make_land():
    """One district; sub-districts S1, S2; communities C1, C2; courtyards Y1 and Y11, Y2; checkpoint K1."""
    land = Land()
    land.place(PlaceKind.DISTRICT, "D")
    for number in "12":
        land.place(PlaceKind.SUBDISTRICT, f"S{number}", "D")
        land.place(PlaceKind.COMMUNITY, f"C{number}", f"S{number}")
        land.place(PlaceKind.COURTYARD, f"Y{number}", f"C{number}", "LEGACY_BACKSTOP")
    land.place(PlaceKind.COURTYARD, "Y11", "C1", "LEGACY_BACKSTOP")
    land.place(PlaceKind.SITE, "K1", "S1", "CHECKPOINT")
    return land
