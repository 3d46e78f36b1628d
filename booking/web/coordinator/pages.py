"""The pages of coordinators."""

from flask import Blueprint

pages = Blueprint("coordinator", __name__, url_prefix="/staff")
