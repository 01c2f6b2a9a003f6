//! Encrypts and signs deliveries with the Encrypt Key.

use aes::Aes256;
use aes::cipher::{Array, BlockModeDecrypt, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};

use crate::secret::Secret;

/// In bytes.
const BLOCK: usize = 16;

/// The Encrypt Key of an app.
pub(super) struct EncryptKey {
    text: Secret,
    key: [u8; 32],
}

/// An opened body. Whether its padding is valid is only reported after its text was read, so that neither the answer
/// nor the time reveals the padding.
pub(super) struct Unsealed {
    pub(super) text: Vec<u8>,
    pub(super) intact: Choice,
}

impl EncryptKey {
    pub(super) fn new(text: &str) -> Self {
        Self { text: Secret::new(text), key: Sha256::digest(text).into() }
    }

    /// Opens the text of `encrypt`: Base64 of an initialization vector and the body in AES-256-CBC.
    pub(super) fn open(&self, sealed: &str) -> Option<Unsealed> {
        let bytes = STANDARD.decode(sealed).ok()?;
        let (vector, text) = bytes.split_first_chunk::<BLOCK>()?;
        let mut text = text.to_vec();
        let (blocks, rest) = Array::slice_as_chunks_mut(&mut text);
        if blocks.is_empty() || !rest.is_empty() {
            return None;
        }
        cbc::Decryptor::<Aes256>::new(&self.key.into(), &(*vector).into()).decrypt_blocks(blocks);
        let (length, intact) = unpadded(&text);
        text.truncate(length);
        Some(Unsealed { text, intact })
    }

    /// Whether Feishu signed the received bytes of this body.
    pub(super) fn signs(&self, timestamp: &[u8], nonce: &[u8], body: &[u8], signature: &[u8]) -> bool {
        let digest = Sha256::new()
            .chain_update(timestamp)
            .chain_update(nonce)
            .chain_update(self.text.expose())
            .chain_update(body)
            .finalize();
        equal(&lower_hex(&digest), signature)
    }
}

/// Whether two texts are equal, in a time that does not reveal where they differ.
pub(super) fn equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// The length without PKCS#7 padding, and whether the padding is valid; the whole length if it is not.
fn unpadded(text: &[u8]) -> (usize, Choice) {
    let pad = text.last().copied().unwrap_or_default();
    let mut right = !pad.ct_eq(&0) & pad.ct_lt(&17);
    for (before_end, byte) in text.iter().rev().take(BLOCK).enumerate() {
        let padding = u8::try_from(before_end).unwrap_or(u8::MAX).ct_lt(&pad);
        right &= !padding | byte.ct_eq(&pad);
    }
    let taken = u64::conditional_select(&0, &u64::from(pad), right);
    (text.len().saturating_sub(usize::try_from(taken).unwrap_or_default()), right)
}

fn lower_hex(bytes: &[u8]) -> Vec<u8> {
    let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' + half - 10 };
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e05_the_documented_vector_opens() {
        let key = EncryptKey::new("test key");
        let opened = key.open("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=").unwrap();
        assert_eq!(opened.text, b"hello world");
        assert!(bool::from(opened.intact));
    }

    #[test]
    fn e05_padding_is_right_or_wrong() {
        let block = |end: &[u8]| [vec![9; 32 - end.len()], end.to_vec()].concat();
        for (end, expected) in [
            (&[1][..], Some(31)),
            (&[2, 2], Some(30)),
            (&[16; 16], Some(16)),
            (&[0], None),
            (&[17; 17], None),
            (&[1, 2], None),
            (&[3, 2, 3], None),
            (&[255], None),
        ] {
            let (length, right) = unpadded(&block(end));
            assert_eq!((bool::from(right), length), (expected.is_some(), expected.unwrap_or(32)), "{end:?}");
        }
    }

    #[test]
    fn e05_lengths_that_no_cipher_makes_are_refused() {
        let key = EncryptKey::new("test key");
        for length in (0..70).filter(|length| *length < 32 || length % 16 != 0) {
            assert!(key.open(&STANDARD.encode(vec![7; length])).is_none(), "{length}");
        }
        for text in ["", "=", "P37w", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk", "\u{1f600}"] {
            assert!(key.open(text).is_none(), "{text}");
        }
    }
}
