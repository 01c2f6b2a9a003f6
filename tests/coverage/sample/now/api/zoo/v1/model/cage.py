"""Made up for a test."""


class Cage(object):
    _types = {
        "size": float,
        "colour": str,
        "inside": List["Cage"],
    }
