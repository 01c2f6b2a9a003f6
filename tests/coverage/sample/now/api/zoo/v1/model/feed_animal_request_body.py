"""Made up for a test."""


class FeedAnimalRequestBody(object):
    _types = {
        "weight": int,
        "grid": List[List[int]],
        "from_": str,
        "meals": List[Meal],
        "guests": Guest,
    }
