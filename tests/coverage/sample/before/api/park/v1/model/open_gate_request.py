"""Made up for a test."""


class OpenGateRequest(BaseRequest):
    def __init__(self) -> None:
        super().__init__()


class OpenGateRequestBuilder(object):
    def __init__(self) -> None:
        request = OpenGateRequest()
        request.http_method = HttpMethod.PUT
        request.uri = (
            "/open-apis/park/v1/gates/:gate_id"
        )
        request.token_types = {AccessTokenType.TENANT, AccessTokenType.USER}
        self._request: OpenGateRequest = request

    def gate_id(self, gate_id: str) -> "OpenGateRequestBuilder":
        self._request.gate_id = gate_id
        self._request.paths["gate_id"] = str(gate_id)
        return self

    def build(self) -> OpenGateRequest:
        return self._request
