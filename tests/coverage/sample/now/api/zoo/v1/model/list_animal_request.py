"""Made up for a test."""


class ListAnimalRequest(BaseRequest):
    def __init__(self) -> None:
        super().__init__()


class ListAnimalRequestBuilder(object):
    def __init__(self) -> None:
        request = ListAnimalRequest()
        request.http_method = HttpMethod.GET
        request.uri = "/open-apis/zoo/v1/animals"
        request.token_types = {AccessTokenType.TENANT}
        self._request: ListAnimalRequest = request

    def build(self) -> ListAnimalRequest:
        return self._request
