"""Made up for a test."""


class Meal(object):
    _types = {
        "food": str,
    }
