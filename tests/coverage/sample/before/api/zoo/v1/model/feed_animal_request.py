"""Made up for a test."""


class FeedAnimalRequest(BaseRequest):
    def __init__(self) -> None:
        super().__init__()


class FeedAnimalRequestBuilder(object):
    def __init__(self) -> None:
        request = FeedAnimalRequest()
        request.http_method = HttpMethod.POST
        request.uri = (
            "/open-apis/zoo/v1/animals/:animal_id/feed"
        )
        request.token_types = {AccessTokenType.TENANT}
        self._request: FeedAnimalRequest = request

    def page(self, page: int) -> "FeedAnimalRequestBuilder":
        self._request.page = page
        self._request.add_query("page", page)
        return self

    def tags(self, tags: List[str]) -> "FeedAnimalRequestBuilder":
        self._request.tags = tags
        self._request.add_query("tags", tags)
        return self

    def animal_id(self, animal_id: str) -> "FeedAnimalRequestBuilder":
        self._request.animal_id = animal_id
        self._request.paths["animal_id"] = str(animal_id)
        return self

    def request_body(self, request_body: FeedAnimalRequestBody) -> "FeedAnimalRequestBuilder":
        self._request.request_body = request_body
        self._request.body = request_body
        return self

    def build(self) -> FeedAnimalRequest:
        return self._request
