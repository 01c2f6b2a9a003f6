"""Made up for a test."""


class FeedAnimalResponseBody(object):
    _types = {
        "animal": Animal,
        "cage": Cage,
        "guest": Guest,
    }
