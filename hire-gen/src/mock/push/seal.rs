//! Encrypts and signs a body as Feishu does with an app's Encrypt Key.

use std::hash::{BuildHasher, RandomState};

use aes::Aes256;
use aes::cipher::{Array, BlockModeEncrypt, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const BLOCK: usize = 16;

/// Base64 of a random initialization vector and the text in AES-256-CBC.
pub(super) fn seal(text: &str, encrypt_key: &str) -> String {
    let key: [u8; 32] = Sha256::digest(encrypt_key).into();
    let vector = random();
    let mut padded = text.as_bytes().to_vec();
    let padding = BLOCK - padded.len() % BLOCK;
    padded.resize(padded.len() + padding, u8::try_from(padding).unwrap_or_default());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut padded);
    cbc::Encryptor::<Aes256>::new(&key.into(), &vector.into()).encrypt_blocks(blocks);
    STANDARD.encode([&vector[..], &padded[..]].concat())
}

/// The text of `X-Lark-Signature`.
pub(super) fn sign(timestamp: &str, nonce: &str, encrypt_key: &str, body: &str) -> String {
    let digest = Sha256::digest([timestamp, nonce, encrypt_key, body].concat());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Different bytes each time; they protect nothing here.
pub(super) fn random() -> [u8; BLOCK] {
    let state = RandomState::new();
    let (one, other) = (state.hash_one(0_u8).to_le_bytes(), state.hash_one(1_u8).to_le_bytes());
    let mut bytes = [0; BLOCK];
    for (slot, byte) in bytes.iter_mut().zip(one.into_iter().chain(other)) {
        *slot = byte;
    }
    bytes
}
