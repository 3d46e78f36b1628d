"""What does somebody find in her letter who opens it? Its words, and its other parts."""


def plain(letter):
    """Return the words as plain text."""
    return letter.get_body(("plain",)).get_content()


def html(letter):
    """Return the words as HTML."""
    return letter.get_body(("html",)).get_content()


def calendar_part(letter):
    """Return the part for calendar apps, or None."""
    found = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    return found[0] if found else None
