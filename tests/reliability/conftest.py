"""What do the reliability tests stand on? The real clock, and letters that go nowhere."""

import pytest

from booking.config import Settings
from tests import make


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    """Say how the processes run: behind a proxy of ours on this machine."""
    return make.settings(tmp_path, database_url, trusted_proxies=("127.0.0.1",))
