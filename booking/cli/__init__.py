"""The ``booking`` command: what operators do.

A command's module is loaded when it is called: a week of visits is planned, or a
calendar read, without the database and the pages in memory.
"""

import sys
from collections.abc import Callable
from importlib import import_module

import click
from flask import Flask
from flask.cli import ScriptInfo

# Which module of this folder holds each command.
MODULES = {
    "addresses": "addresses",
    "backup": "backups",
    "calendars": "calendars",
    "check": "database",
    "clients": "clients",
    "demo": "serving",
    "feeds": "feeds",
    "keys": "keys",
    "migrate": "database",
    "move-database": "backups",
    "report": "reports",
    "restore": "backups",
    "routes": "routes",
    "seed": "setting_up",
    "serve": "serving",
    "setup": "setting_up",
    "slots": "looking",
    "staff": "setting_up",
    "translations": "looking",
    "worker": "serving",
}


class Commands(click.Group):
    """All commands by name, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is no such one."""
        if cmd_name not in MODULES:
            return None
        module = import_module(f"booking.cli.{MODULES[cmd_name]}")
        found: list[click.Command] = module.COMMANDS
        return next(one for one in found if one.name == cmd_name)


def run(create_app: Callable[[], Flask]) -> None:
    """Run ``booking``; a mistake is answered in one sentence."""
    group = Commands("booking", help="Appointments and home visits.")
    try:
        group(obj=ScriptInfo(create_app=create_app), prog_name="booking")
    except Exception as fault:
        if sentence := _sentence(fault):
            click.echo(sentence, err=True)
            sys.exit(1)
        raise


def _sentence(fault: Exception) -> str:
    """Say what a user can mend; only then is it loaded what might have failed."""
    faults = import_module("booking.cli.faults")
    sentence: str = faults.sentence(fault)
    return sentence
