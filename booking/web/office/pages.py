"""The pages that belong to the office as a whole."""

from flask import Blueprint

pages = Blueprint("office", __name__, url_prefix="/staff")
