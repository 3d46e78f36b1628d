"""Where does the ``booking`` command begin? Here the pieces are put together."""

from booking import create_app
from booking.longevity import undisturbed


def main() -> None:
    """Run the command, over an application made from the environment."""
    with undisturbed():
        from booking.cli import run  # noqa: PLC0415 - a spawned child loads us again

    run(create_app)


if __name__ == "__main__":
    main()
