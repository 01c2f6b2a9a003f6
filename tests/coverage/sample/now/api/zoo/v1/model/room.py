"""Made up for a test."""


class Room(object):
    _types = {
        "size": str,
        "floor": int,
    }
