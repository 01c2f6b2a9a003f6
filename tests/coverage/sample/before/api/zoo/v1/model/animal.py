"""Made up for a test."""


class Animal(object):
    _types = {
        "id": str,
        "name": str,
        "parent": "Animal",
        "names": Dict[str, str],
    }
