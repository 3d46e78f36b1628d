"""Where does the ``booking`` command begin? Here the pieces are put together."""

from booking import create_app
from booking.cli import run


def main() -> None:
    """Run the command, over an application made from the environment."""
    run(create_app)


if __name__ == "__main__":
    main()
