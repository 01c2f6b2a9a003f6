"""Made up for a test."""


class CloseGateRequest(BaseRequest):
    def __init__(self) -> None:
        super().__init__()


class CloseGateRequestBuilder(object):
    def __init__(self) -> None:
        request = CloseGateRequest()
        request.http_method = HttpMethod.DELETE
        request.uri = (
            "/open-apis/park/v1/gates/:gate_id"
        )
        request.token_types = {AccessTokenType.TENANT}
        self._request: CloseGateRequest = request

    def gate_id(self, gate_id: str) -> "CloseGateRequestBuilder":
        self._request.gate_id = gate_id
        self._request.paths["gate_id"] = str(gate_id)
        return self

    def build(self) -> CloseGateRequest:
        return self._request
