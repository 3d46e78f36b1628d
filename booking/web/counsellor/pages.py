"""The pages of counsellors, and of whoever stands in for them at the desk."""

from flask import Blueprint

pages = Blueprint("counsellor", __name__, url_prefix="/staff")
