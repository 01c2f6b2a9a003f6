//! The frames of a long connection, as the server writes and reads them.

use prost::Message;

/// The contents of one message.
#[derive(Clone, PartialEq, Message)]
pub(in super::super) struct Frame {
    #[prost(uint64, required, tag = "1")]
    pub(super) seq_id: u64,
    #[prost(uint64, required, tag = "2")]
    pub(super) log_id: u64,
    #[prost(int32, required, tag = "3")]
    pub(super) service: i32,
    #[prost(int32, required, tag = "4")]
    pub(super) method: i32,
    #[prost(message, repeated, tag = "5")]
    pub(super) headers: Vec<Header>,
    #[prost(string, optional, tag = "6")]
    pub(super) payload_encoding: Option<String>,
    #[prost(string, optional, tag = "7")]
    pub(super) payload_type: Option<String>,
    #[prost(bytes = "vec", optional, tag = "8")]
    pub(super) payload: Option<Vec<u8>>,
    #[prost(string, optional, tag = "9")]
    pub(super) log_id_new: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(in super::super) struct Header {
    #[prost(string, required, tag = "1")]
    pub(super) key: String,
    #[prost(string, required, tag = "2")]
    pub(super) value: String,
}

/// The mock's service number.
pub(super) const SERVICE: i32 = 33_554_678;

impl Frame {
    fn new(method: i32, headers: &[(&str, String)], payload: Option<Vec<u8>>) -> Self {
        let header = |(key, value): &(&str, String)| Header { key: (*key).to_owned(), value: value.clone() };
        let headers = headers.iter().map(header).collect();
        Self { service: SERVICE, method, headers, payload, ..Self::default() }
    }

    pub(super) fn pong(config: String) -> Self {
        Self::new(0, &[("type", "pong".to_owned())], Some(config.into_bytes()))
    }

    /// An event in this many parts, the last one first: clients must not rely on their order.
    pub(super) fn event(message_id: &str, payload: &[u8], parts: usize) -> Vec<Self> {
        let size = payload.len().div_ceil(parts.max(1)).max(1);
        let pieces: Vec<&[u8]> = payload.chunks(size).collect();
        let part = |(seq, piece): (usize, &&[u8])| {
            let headers = [
                ("type", "event".to_owned()),
                ("message_id", message_id.to_owned()),
                ("sum", pieces.len().to_string()),
                ("seq", seq.to_string()),
                ("trace_id", format!("mock-{message_id}")),
            ];
            Self {
                payload_encoding: Some(String::new()),
                payload_type: Some(String::new()),
                ..Self::new(1, &headers, Some(piece.to_vec()))
            }
        };
        pieces.iter().enumerate().rev().map(part).collect()
    }

    pub(super) fn header(&self, key: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.key == key).map(|header| header.value.as_str())
    }

    /// The status in an answer: 200 or 500.
    pub(super) fn code(&self) -> Option<u16> {
        let payload: serde_json::Value = serde_json::from_slice(self.payload.as_deref()?).ok()?;
        payload.get("code")?.as_u64()?.try_into().ok()
    }
}
