"""The shelf on which all of a client's pages stand."""

from flask import Blueprint

pages = Blueprint("client", __name__)
