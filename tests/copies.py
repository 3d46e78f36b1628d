"""How does each test get an empty PostgreSQL database without waiting for a copy?

To copy the template takes a quarter of a second, to empty a copy some hundredths. So a
copy is lent again, if after that it is the template once more: its catalogue, its
rows, its sequences. If not, it is dropped. Each time it has another name: whoever is
still at work for an earlier test does not find it.
"""

from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.postgres import drop_database, fresh_database

# Each line of a catalogue knows which transaction wrote it: none changes, comes or goes
# unseen. What PostgreSQL itself learns of the rows (statistics) is no matter.
CATALOGUES = """SELECT oid::regclass::text FROM pg_class
  WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'
  AND NOT relisshared AND relname NOT LIKE 'pg_statistic%'"""
LINES = "SELECT '{0}', count(*), sum(xmin::text::bigint) FROM {0}"
ROWS = "SELECT '{0}', count(*), sum(hashtextextended(one::text, 0)) FROM {0} AS one"
SETTINGS = """SELECT concat_ws(' ', datdba, datallowconn, datconnlimit, datacl, setconfig), 0, 0
  FROM pg_database LEFT JOIN pg_db_role_setting ON setdatabase = pg_database.oid
  WHERE datname = current_database()"""
SEQUENCES = "SELECT sequencename, 0, last_value FROM pg_sequences"
SIZES = """SELECT relname, 0, pg_relation_size(oid) FROM pg_class
  WHERE relkind = 'r' AND oid >= 16384"""
# A table that nobody ever wrote into has no bytes.
WRITTEN = """SELECT oid::regclass::text FROM pg_class
  WHERE relkind = 'r' AND oid >= 16384 AND pg_relation_size(oid) > 0"""
BEGIN_AGAIN = """SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false)
  FROM pg_sequences WHERE last_value IS NOT NULL"""
OTHERS = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@dataclass
class Copies:
    """Copies of one template, lent to one test after the other."""

    server: str
    template: str
    spare: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        with _connected(self.template) as connection:
            self._filled = _names(connection, WRITTEN)
            catalogues = _names(connection, CATALOGUES)
            self._asked = " UNION ALL ".join(
                (
                    *(LINES.format(name) for name in catalogues),
                    *(ROWS.format(name) for name in self._filled),
                    *(SETTINGS, SEQUENCES, SIZES),
                )
            )
            self._as_it_was = set(connection.execute(self._asked))

    def lend(self) -> str:
        """Give an empty database that nobody knows yet."""
        if not self.spare:
            name = make_url(self.template).database
            return fresh_database(self.server, template=name)
        url = make_url(self.spare.pop())
        other = url.set(database=f"lotse_{uuid4().hex}")
        _rename(self.server, url, other)
        return other.render_as_string(hide_password=False)

    def take_back(self, url: str) -> None:
        """Keep it for the next test, if it can be made as good as new."""
        if self._is_as_new(url):
            self.spare.append(url)
        else:
            drop_database(self.server, url)

    def drop_all(self) -> None:
        """Leave nothing on a server that is not ours."""
        while self.spare:
            drop_database(self.server, self.spare.pop())

    def _is_as_new(self, url: str) -> bool:
        try:
            with _connected(url) as connection:
                connection.execute(OTHERS)
                _empty(connection, self._filled)
                return set(connection.execute(self._asked)) == self._as_it_was
        except psycopg.Error:  # a test may break anything; then it is not as new
            return False


def _empty(connection: psycopg.Connection, filled: list[str]) -> None:
    # Emptying is no deed that a rule of the tables should judge.
    connection.execute("SET session_replication_role = replica")
    written = [name for name in _names(connection, WRITTEN) if name not in filled]
    if written:
        for name in written:
            connection.execute(f"DELETE FROM {name}")  # noqa: S608 - a table's own name
        connection.execute(f"VACUUM {', '.join(written)}")
    connection.execute(BEGIN_AGAIN)


def _names(connection: psycopg.Connection, query: str) -> list[str]:
    return [name for (name,) in connection.execute(query)]


def _rename(server: str, url: URL, other: URL) -> None:
    old, new = (sql.Identifier(one.database) for one in (url, other))
    with _connected(server) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, new))


def _connected(url: str) -> psycopg.Connection:
    plain = make_url(url).set(drivername="postgresql")
    address = plain.render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)
