"""Made up for a test."""


class ListAnimalResponseBody(object):
    _types = {
        "animals": List[Animal],
        "guests": List[Guest],
        "rooms": Dict[str, Room],
        "halls": Dict[str, Room],
        "open": int,
    }
