"""What does a map app get of a route? Numbered points, if the office allows it.

GPX 1.1 (topografix.com/GPX/1/1) and GeoJSON (RFC 7946: longitude first). Neither holds
a name, an address or a language: who lives there is nobody's business but hers who
drives there.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.models import Route, RouteState, Stop, db
from booking.services.office import decisions
from booking.services.route_settings import route_settings
from booking.services.sessions import SignedIn

NAMESPACE = "http://www.topografix.com/GPX/1/1"
GEO = "geo:{lat},{lon}"  # RFC 5870: the phone's own map


@dataclass(frozen=True, slots=True)
class Waypoint:
    """One door: its number on the route, where it is, when she begins."""

    number: int
    latitude: float
    longitude: float
    starts_at: datetime


def points(person: SignedIn, route: UUID, day: date) -> list[Waypoint] | None:
    """Return the doors of a published route of hers; None if she may not have them."""
    if not route_settings(decisions()).may_export:
        return None
    row = db.session.scalar(
        select(Route)
        .where(
            Route.uuid == route,
            Route.day == day,
            Route.counsellor_id == person.id,
            Route.state == RouteState.PUBLISHED,
        )
        .options(joinedload(Route.stops).joinedload(Stop.visit_request))
    )
    if row is None:
        return None
    return [
        Waypoint(stop.position, *point, stop.starts_at)
        for stop in row.stops
        if (point := stop.visit_request.point)
    ]


def as_gpx(found: list[Waypoint]) -> str:
    """Write a route of numbered waypoints."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}gpx", version="1.1", creator="Lotse")
    line = ET.SubElement(root, f"{{{NAMESPACE}}}rte")
    for one in found:
        point = ET.SubElement(
            line,
            f"{{{NAMESPACE}}}rtept",
            lat=f"{one.latitude:.6f}",
            lon=f"{one.longitude:.6f}",
        )
        moment = one.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        ET.SubElement(point, f"{{{NAMESPACE}}}time").text = moment
        ET.SubElement(point, f"{{{NAMESPACE}}}name").text = str(one.number)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def as_geojson(found: list[Waypoint]) -> dict[str, Any]:
    """Write a feature for each door."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(one.longitude, 6), round(one.latitude, 6)],
                },
                "properties": {
                    "number": one.number,
                    "starts": one.starts_at.astimezone(UTC).isoformat(),
                },
            }
            for one in found
        ],
    }


def map_link(latitude: float, longitude: float) -> str:
    """Return where a map shows a door; "" if the office allows no such link."""
    decided = route_settings(decisions())
    if not decided.may_export:
        return ""
    pattern = decided.map_link or GEO
    lat, lon = f"{latitude:.6f}", f"{longitude:.6f}"
    return pattern.replace("{lat}", lat).replace("{lon}", lon)
