//! A server on loopback that issues a token and answers everything else with one text.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Stops with the runtime of the test that started it.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that answers with this body.
    pub(crate) async fn answering(body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, body) = (Arc::clone(&requests), body.to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(stream, body.clone(), Arc::clone(&seen)));
            }
        });
        Self { url, requests }
    }

    /// The first line of every request so far, such as `GET /x HTTP/1.1`, except token requests.
    pub(crate) fn calls(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|line| !line.contains("/tenant_access_token/")).cloned().collect()
    }

    /// The number of requests, including token requests.
    pub(crate) fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

async fn connection(stream: TcpStream, body: String, seen: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut first, mut length) = (String::new(), 0);
        if stream.read_line(&mut first).await.unwrap_or(0) == 0 {
            return;
        }
        loop {
            let mut header = String::new();
            stream.read_line(&mut header).await.unwrap();
            let header = header.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            length =
                header.strip_prefix("content-length:").map_or(length, |value| value.trim().parse().unwrap());
        }
        stream.read_exact(&mut vec![0; length]).await.unwrap();
        let token = r#"{"code":0,"msg":"ok","tenant_access_token":"t-loopback","expire":7200}"#;
        let body = if first.contains("/tenant_access_token/") { token } else { &body };
        seen.lock().unwrap().push(first.trim_end().to_owned());
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    }
}
