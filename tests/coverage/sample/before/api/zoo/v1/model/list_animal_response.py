"""Made up for a test."""


class ListAnimalResponse(BaseResponse):
    _types = {
        "data": ListAnimalResponseBody,
    }
