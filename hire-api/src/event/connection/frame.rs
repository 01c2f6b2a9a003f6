//! The frames of a long connection: binary messages of protocol buffers.

use prost::Message;

/// The contents of one message.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Frame {
    #[prost(uint64, required, tag = "1")]
    pub(super) seq_id: u64,
    #[prost(uint64, required, tag = "2")]
    pub(super) log_id: u64,
    #[prost(int32, required, tag = "3")]
    pub(super) service: i32,
    /// 0 concerns the connection, 1 contains an event.
    #[prost(int32, required, tag = "4")]
    pub(super) method: i32,
    #[prost(message, repeated, tag = "5")]
    pub(super) headers: Vec<Pair>,
    #[prost(string, optional, tag = "6")]
    pub(super) payload_encoding: Option<String>,
    #[prost(string, optional, tag = "7")]
    pub(super) payload_type: Option<String>,
    #[prost(bytes = "vec", optional, tag = "8")]
    pub(super) payload: Option<Vec<u8>>,
    #[prost(string, optional, tag = "9")]
    pub(super) log_id_new: Option<String>,
}

/// A header of a frame.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Pair {
    #[prost(string, required, tag = "1")]
    pub(super) key: String,
    #[prost(string, required, tag = "2")]
    pub(super) value: String,
}

pub(super) const CONTROL: i32 = 0;
pub(super) const DATA: i32 = 1;

impl Frame {
    /// `None` if the bytes are not a frame.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        Self::decode(bytes).ok()
    }

    pub(super) fn write(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    /// A ping to the server.
    pub(super) fn ping(service: i32) -> Self {
        let headers = vec![Pair { key: "type".to_owned(), value: "ping".to_owned() }];
        Self { service, method: CONTROL, headers, ..Self::default() }
    }

    /// The answer to the frame that completed an event: the same frame with another payload.
    pub(super) fn answer(mut self, handled: bool, took_ms: u128) -> Self {
        let payload: &[u8] = if handled { br#"{"code":200}"# } else { br#"{"code":500}"# };
        self.headers.push(Pair { key: "biz_rt".to_owned(), value: took_ms.to_string() });
        self.payload = Some(payload.to_vec());
        // As the official clients write it.
        self.payload_encoding.take_if(|text| text.is_empty());
        self.payload_type.take_if(|text| text.is_empty());
        self
    }

    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.headers.iter().find(|pair| pair.key == key).map(|pair| pair.value.as_str())
    }

    pub(super) fn number(&self, key: &str) -> Option<usize> {
        self.value(key)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e30_a_ping_is_the_official_clients_byte_for_byte() {
        let hex: String = Frame::ping(33_554_678).write().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "0800100018f681801020002a0c0a0474797065120470696e67");
    }
}
