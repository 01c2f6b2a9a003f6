"""Made up for a test."""


class FeedAnimalResponse(BaseResponse):
    _types = {
        "data": FeedAnimalResponseBody,
    }
