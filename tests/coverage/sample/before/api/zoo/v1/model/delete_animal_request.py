"""Made up for a test."""


class DeleteAnimalRequest(BaseRequest):
    def __init__(self) -> None:
        super().__init__()


class DeleteAnimalRequestBuilder(object):
    def __init__(self) -> None:
        request = DeleteAnimalRequest()
        request.http_method = HttpMethod.DELETE
        request.uri = (
            "/open-apis/zoo/v1/animals/:animal_id"
        )
        request.token_types = {AccessTokenType.TENANT}
        self._request: DeleteAnimalRequest = request

    def animal_id(self, animal_id: str) -> "DeleteAnimalRequestBuilder":
        self._request.animal_id = animal_id
        self._request.paths["animal_id"] = str(animal_id)
        return self

    def build(self) -> DeleteAnimalRequest:
        return self._request
