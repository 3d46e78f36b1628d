"""Does the drawing show every stop, inside the paper, each mark to be read?"""

from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from booking.geography import ToDraw, sketched
from booking.geography.sketch import COLOURS, DASHES, HEIGHT, MARK, WIDTH

OFFICE = (48.7025, 9.6528)

doors = st.tuples(st.floats(48.66, 48.74), st.floats(9.58, 9.72))
tours = st.lists(doors, min_size=1, max_size=8).map(lambda d: ToDraw("x", tuple(d)))


@given(st.lists(tours, max_size=10))
def test_every_stop_is_inside_the_drawing(routes):
    drawing = sketched(OFFICE, routes)
    points = [
        tuple(map(float, point.split(",")))
        for route in drawing.routes
        for point in route.points.split()
    ]
    for x, y in (*points, *((mark.x, mark.y) for mark in drawing.marks)):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


@given(st.lists(tours, max_size=6))
def test_no_stop_is_lost(routes):
    drawing = sketched(OFFICE, routes)
    for number, route in enumerate(routes):
        colour = COLOURS[number % len(COLOURS)]
        shown = [
            int(position)
            for mark in drawing.marks
            if mark.colour == colour
            for position in mark.text.split(", ")
        ]
        wanted = list(range(1, len(route.doors) + 1))
        assert sorted(shown) == wanted


def test_stops_at_one_door_share_a_mark():
    drawing = sketched(OFFICE, [ToDraw("a", ((48.71, 9.66), (48.71, 9.66), OFFICE))])
    assert [mark.text for mark in drawing.marks] == ["1, 2", "3"]


def test_doors_close_together_have_marks_side_by_side():
    near = tuple((48.71 + n / 1e6, 9.66) for n in range(6))
    far = (48.70, 9.60)
    marks = sketched(OFFICE, [ToDraw("a", (*near, far))]).marks
    for one in marks:
        for other in marks:
            if one is not other:
                assert hypot(one.x - other.x, one.y - other.y) >= MARK


def test_eight_routes_differ_in_colour_and_in_dashes():
    drawing = sketched(OFFICE, [ToDraw(str(n), ((48.71, 9.66),)) for n in range(8)])
    assert len({route.colour for route in drawing.routes}) == 8
    assert len({route.dash for route in drawing.routes}) == len(DASHES) == 8


def test_every_colour_stands_out_on_white():
    for colour in COLOURS:
        assert _contrast_on_white(colour) >= 3


def _contrast_on_white(colour):
    """WCAG 2.2's formula for the contrast ratio."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (light + 0.05)


def test_a_route_to_nowhere_but_the_office_is_drawn_too():
    drawing = sketched(OFFICE, [ToDraw("a", (OFFICE,))])
    assert drawing.office == (WIDTH / 2, HEIGHT / 2)
    assert len(drawing.marks) == 1
