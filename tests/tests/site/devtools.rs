//! Controls Chromium over its DevTools protocol, without a library.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The middle of an element, once it no longer moves: the page may still be scrolling.
const RESTS: &str = "async (one) => {
  for (let before = ''; ; ) {
    one.scrollIntoView({block: 'center', behavior: 'instant'});
    const {x, y, width, height} = one.getBoundingClientRect();
    const middle = [x + width / 2, y + height / 2];
    if (String(middle) === before) return middle;
    before = String(middle);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
}";

/// A tab in its own browser, which closes with it.
pub struct Tab {
    child: Child,
    // Removed with the tab.
    _profile: tempfile::TempDir,
    stream: TcpStream,
    session: String,
    number: u64,
    /// Messages that nobody has waited for yet.
    events: Vec<Value>,
    /// All messages of the page's console.
    pub complaints: Vec<String>,
    /// All requests of the page.
    pub requests: Vec<String>,
}

impl Tab {
    pub fn open(browser: &Path) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new(browser)
            .args(["--headless=new", "--remote-debugging-port=0", "--no-first-run", "--disable-gpu"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            // Containers provide no sandbox; only our own pages are opened here.
            .args(["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("HIRE_BROWSER={}: {error}", browser.display()));
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the browser ended before it listened");
            if let Some((_, address)) = line.trim().split_once("DevTools listening on ws://") {
                break address.to_owned();
            }
        };
        // A full pipe would block the browser.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        let mut tab = Self {
            child,
            _profile: profile,
            stream: connect(&address),
            session: String::new(),
            number: 0,
            events: Vec::new(),
            complaints: Vec::new(),
            requests: Vec::new(),
        };
        let target = tab.command("Target.createTarget", json!({"url": "about:blank"}))["targetId"].clone();
        let attached = tab.command("Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        tab.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Network", "Log"] {
            tab.command(&format!("{domain}.enable"), json!({}));
        }
        tab
    }

    /// Opens an address and waits until it is loaded.
    pub fn go(&mut self, address: &str) {
        self.events.clear();
        let answer = self.command("Page.navigate", json!({ "url": address }));
        // Another anchor of the same page needs no loading.
        if !answer["loaderId"].is_null() {
            self.event("Page.loadEventFired");
        }
    }

    /// Waits for a page that a click or a key opens.
    pub fn loaded(&mut self) {
        self.event("Page.loadEventFired");
    }

    /// The value of an expression in the page.
    pub fn eval(&mut self, expression: &str) -> Value {
        self.evaluated(expression).unwrap_or_else(|error| panic!("{expression}\n{error}"))
    }

    /// The same; an error if the page is being left.
    fn evaluated(&mut self, expression: &str) -> Result<Value, Value> {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.answer("Runtime.evaluate", parameters)?;
        assert!(answer["exceptionDetails"].is_null(), "{expression}\n{answer:#}");
        Ok(answer["result"]["value"].clone())
    }

    pub fn text(&mut self, expression: &str) -> String {
        self.eval(expression).as_str().unwrap_or_else(|| panic!("{expression} is no text")).to_owned()
    }

    /// Waits until an expression is true, in this page or in the next one.
    pub fn until(&mut self, expression: &str) {
        let begun = Instant::now();
        while self.evaluated(&format!("Boolean({expression})")) != Ok(json!(true)) {
            assert!(begun.elapsed() < PATIENCE, "never came true: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key: a letter, or a name such as `Enter`.
    pub fn key(&mut self, key: &str) {
        let mut down = json!({"type": "keyDown", "key": key, "code": key});
        match key {
            "Enter" => down["text"] = json!("\r"),
            _ if key.chars().count() == 1 => down["text"] = json!(key),
            _ => {}
        }
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            "Tab" => 9,
            "/" => 191,
            _ => 0,
        };
        down["windowsVirtualKeyCode"] = json!(code);
        self.command("Input.dispatchKeyEvent", down);
        self.command("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key, "code": key}));
    }

    /// Types a text at the focus, as an input method does.
    pub fn type_text(&mut self, text: &str) {
        self.command("Input.insertText", json!({ "text": text }));
    }

    /// Clicks the middle of the first match of a selector.
    pub fn click(&mut self, selector: &str) {
        let middle = self.eval(&format!("({RESTS})(document.querySelector({}))", Value::from(selector)));
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({"type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1});
            self.command("Input.dispatchMouseEvent", event);
        }
    }

    /// The size of the window, and whether it is a phone's.
    pub fn resize(&mut self, width: u32, height: u32, phone: bool) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone});
        self.command("Emulation.setDeviceMetricsOverride", size);
    }

    /// The system's preference: `light` or `dark`.
    pub fn prefer(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.command("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// The size of the printed page, in bytes of PDF.
    pub fn print(&mut self) -> usize {
        self.command("Page.printToPDF", json!({}))["data"].as_str().unwrap().len()
    }

    /// A picture of the window, as PNG.
    pub fn picture(&mut self) -> Vec<u8> {
        base64(self.command("Page.captureScreenshot", json!({}))["data"].as_str().unwrap())
    }

    /// Sends a command and waits for its answer.
    pub fn command(&mut self, method: &str, parameters: Value) -> Value {
        self.answer(method, parameters).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn answer(&mut self, method: &str, parameters: Value) -> Result<Value, Value> {
        self.number += 1;
        let number = self.number;
        let mut message = json!({"id": number, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.stream.write_all(&frame(message.to_string().as_bytes())).unwrap();
        loop {
            let message = self.message();
            if message["id"] == json!(number) {
                let failed = !message["error"].is_null();
                let answer = message[if failed { "error" } else { "result" }].clone();
                return if failed { Err(answer) } else { Ok(answer) };
            }
            self.take(message);
        }
    }

    fn event(&mut self, name: &str) {
        if let Some(at) = self.events.iter().position(|event| event["method"] == name) {
            self.events.remove(at);
            return;
        }
        loop {
            let message = self.message();
            if message["method"] == name {
                return;
            }
            self.take(message);
        }
    }

    fn take(&mut self, event: Value) {
        let parameters = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => self.complaints.push(parameters["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" => self.complaints.push(parameters["args"].to_string()),
            "Log.entryAdded" => self.complaints.push(parameters["entry"].to_string()),
            "Network.requestWillBeSent" => {
                self.requests.push(parameters["request"]["url"].as_str().unwrap().to_owned());
            }
            _ => self.events.push(event),
        }
    }

    /// The next message, assembled from its frames (RFC 6455, section 5.2).
    fn message(&mut self) -> Value {
        let mut text = Vec::new();
        loop {
            let mut head = [0; 2];
            self.stream.read_exact(&mut head).unwrap();
            let length = match head[1] & 0x7f {
                126 => u64::from(u16::from_be_bytes(self.bytes())),
                127 => u64::from_be_bytes(self.bytes()),
                short => u64::from(short),
            };
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            self.stream.read_exact(&mut payload).unwrap();
            match head[0] & 0xf {
                0..=2 => text.extend(payload),
                8 => panic!("the browser went away"),
                _ => continue,
            }
            if head[0] & 0x80 != 0 {
                return serde_json::from_slice(&text).unwrap();
            }
        }
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes).unwrap();
        bytes
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        // Asked to close, it ends with all its processes; otherwise they would keep writing to the profile.
        let close = json!({"id": 0, "method": "Browser.close"});
        drop(self.stream.write_all(&frame(close.to_string().as_bytes())));
        for _ in 0..250 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `127.0.0.1:40001/devtools/browser/..` → an open WebSocket.
fn connect(address: &str) -> TcpStream {
    let (host, path) = address.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: aGlyZS10ZXN0cy1zaXRlIQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        answer.extend(byte);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    stream
}

/// A text in one frame. Clients must mask; a mask of zeros changes nothing.
fn frame(text: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match text.len() {
        length @ 0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length if length <= usize::from(u16::MAX) => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text);
    frame
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four.iter().fold(0u32, |bits, byte| bits << 6 | u32::from(digit(*byte)))
            << (6 * (4 - four.len()));
        bytes.extend(bits.to_be_bytes()[1..].iter().take(four.len() * 6 / 8));
    }
    bytes
}
