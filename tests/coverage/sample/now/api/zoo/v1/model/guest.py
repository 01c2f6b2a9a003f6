"""Made up for a test."""


class Guest(object):
    _types = {
        "id": str,
        "name": str,
    }
