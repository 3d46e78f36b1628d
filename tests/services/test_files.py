"""Are recordings, film and photo what they seem, and where pages look for them?"""

import pytest
from sqlalchemy import select

from booking.models import JournalEntry, OfficeFile, Role, db
from booking.services import files
from booking.services.files import FILM, PHOTO, NewFile, TooLarge, WrongKind
from tests import make

MP3, PNG = b"ID3\x04sound", b"\x89PNG\r\n\x1a\npicture"
MP4, WEBM = b"\x00\x00\x00\x18ftypmp42film", b"\x1aE\xdf\xa3film"


@pytest.fixture
def keep(office, now):
    admin = make.staff_member(Role.ADMIN)

    def kept(slug, content, language="", description=""):
        new = NewFile(
            slug=slug, language=language, content=content, description=description
        )
        files.keep(new, by=admin, now=now.now())
        return files.file_of(slug, language)

    kept.admin = admin
    return kept


def test_a_recording_belongs_to_one_page_and_one_language(keep):
    kept = keep("audio-start", MP3, "ti")
    assert (kept.media_type, kept.size) == ("audio/mpeg", len(MP3))
    assert files.file_of("audio-start", "ar") is None
    assert files.file_of("audio-day", "ti") is None


def test_a_new_file_takes_the_place_of_the_old_one(keep):
    old = keep("audio-start", MP3, "ti")
    path = files.copy_of(old)
    assert path.read_bytes() == MP3
    new = keep("audio-start", b"OggS", "ti")
    assert files.with_digest("audio-start", old.digest) is None
    assert files.with_digest("audio-start", new.digest) == new
    assert not path.exists()
    assert db.session.query(OfficeFile).count() == 1


def test_a_file_taken_down_is_gone(keep, now):
    kept = keep(PHOTO, PNG, description="Die Tür")
    for _ in range(2):
        files.take_down(PHOTO, "", by=keep.admin, now=now.now())
    assert files.file_of(PHOTO, "") is None
    assert files.kept_files() == []
    with pytest.raises(files.FileGone):
        files.copy_of(kept)
    deeds = db.session.scalars(select(JournalEntry.deed)).all()
    assert deeds.count("take down file") == 1


@pytest.mark.parametrize(
    ("slug", "content"),
    [
        ("audio-start", PNG),
        ("audio-start", WEBM),
        (FILM, MP3),
        (PHOTO, MP4),
        (PHOTO, b"<svg onload='x'>"),
        (PHOTO, b"GIF89a"),
        ("audio-start", b"<html>ID3"),
        (FILM, b""),
    ],
)
def test_what_does_not_belong_there_is_refused(keep, slug, content):
    with pytest.raises(WrongKind):
        keep(slug, content)


@pytest.mark.parametrize(
    ("slug", "beginning"), [("audio-start", MP3), (PHOTO, PNG), (FILM, WEBM)]
)
def test_what_no_phone_should_load_is_refused(keep, slug, beginning):
    with pytest.raises(TooLarge):
        keep(slug, beginning + bytes(files.kind_of(slug).largest))


def test_sound_in_the_container_of_films_is_sound_where_a_recording_stands(keep):
    assert keep("audio-day", MP4, "so").media_type == "audio/mp4"
    assert keep(FILM, MP4).media_type == "video/mp4"
