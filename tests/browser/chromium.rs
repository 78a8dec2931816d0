//! Chromium: one browser for all tests, spoken to over its debugging protocol.
//!
//! In: a method and its parameters. Out: what the browser answers; what it
//! reports by itself is kept until its page asks for it.
//!
//! Not here: what a page is, and what is wrong with one.
//!
//! Rule: the browser never outlives the tests. A static is not dropped, so a
//! shell stands between: it waits on a pipe that closes when this process ends,
//! however it ends, then stops the browser and removes its profile.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

/// Longer than any one page takes to load, print or judge on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// `$1` is the profile, the rest is the command.
const KEEPER: &str = r#"
profile=$1; shift
trap : INT TERM HUP
"$@" </dev/null >/dev/null 2>&1 &
browser=$!
cat >/dev/null
kill "$browser"
wait "$browser"
rm -rf "$profile"
"#;

/// Something the browser reported without being asked.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) session: String,
    pub(super) method: String,
    pub(super) params: Value,
}

pub(super) struct Chromium {
    socket: WebSocket<TcpStream>,
    last_id: u64,
    events: Vec<Event>,
    // Its standard input is the pipe that holds the browser alive.
    _keeper: Child,
}

/// Whether what is missing on this machine is a failure, as it is in the gate.
pub(super) fn is_required() -> bool {
    std::env::var("THROUGHLINE_BROWSER").is_ok_and(|v| v == "required")
}

/// The browser, one test at a time; `None` where there is none.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
pub(super) fn browser() -> Option<MutexGuard<'static, Chromium>> {
    static BROWSER: OnceLock<Option<Mutex<Chromium>>> = OnceLock::new();
    let browser =
        BROWSER.get_or_init(|| installed().map(|path| Mutex::new(Chromium::start(&path))));
    if browser.is_none() {
        assert!(
            !is_required(),
            "chromium is required here, and is not on the path"
        );
        eprintln!("skipped: no chromium on this machine");
    }
    // A test that failed left the browser as it was: each opens a tab of its own.
    let lock = |b: &'static Mutex<Chromium>| b.lock().unwrap_or_else(PoisonError::into_inner);
    browser.as_ref().map(lock)
}

fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("chromium"))
        .find(|file| file.is_file())
}

impl Chromium {
    fn start(program: &Path) -> Self {
        let profile = tempfile::Builder::new()
            .prefix("throughline-browser-")
            .tempdir()
            .unwrap()
            .keep();
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&profile)
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (port, path) = address(&profile, &mut keeper);
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        // A long table printed to paper is one message of many megabytes.
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let address = format!("ws://127.0.0.1:{port}{path}");
        let (socket, _) =
            tungstenite::client::client_with_config(address, stream, Some(config)).unwrap();
        Self {
            socket,
            last_id: 0,
            events: Vec::new(),
            _keeper: keeper,
        }
    }

    /// Sends a command without waiting for what comes of it. An empty session
    /// is the browser itself.
    pub(super) fn send(
        &mut self,
        session: &str,
        method: &str,
        params: &Value,
    ) -> Result<u64, String> {
        self.last_id += 1;
        let mut message = json!({"id": self.last_id, "method": method, "params": params});
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        self.socket
            .send(Message::text(message.to_string()))
            .map_err(|e| format!("{method}: {e}"))?;
        Ok(self.last_id)
    }

    /// Sends a command and waits for its result.
    pub(super) fn call(&mut self, session: &str, method: &str, params: &Value) -> Value {
        let id = self.send(session, method, params).unwrap();
        loop {
            let mut message = self.receive(method);
            if message["id"] == id {
                let error = &message["error"];
                assert!(error.is_null(), "{method}: {error}");
                return message["result"].take();
            }
        }
    }

    /// Waits until a session reports `method`.
    pub(super) fn wait(&mut self, session: &str, method: &str) {
        let is_it = |e: &Event| e.session == session && e.method == method;
        while !self.events.iter().any(is_it) {
            self.receive(method);
        }
    }

    /// What a session has reported since it was asked last.
    pub(super) fn take_events(&mut self, session: &str) -> Vec<Event> {
        let (taken, kept) = std::mem::take(&mut self.events)
            .into_iter()
            .partition(|e| e.session == session);
        self.events = kept;
        taken
    }

    /// The next message; a report is kept, and a dialog closed, for nothing
    /// moves on while one is open.
    fn receive(&mut self, waiting_for: &str) -> Value {
        let message = self
            .socket
            .read()
            .unwrap_or_else(|e| panic!("waiting for {waiting_for}: {e}"));
        let Message::Text(text) = message else {
            return Value::Null;
        };
        let mut message: Value = serde_json::from_str(&text).unwrap();
        if let Some(method) = message["method"].as_str().map(str::to_owned) {
            let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
            if method == "Page.javascriptDialogOpening" {
                let accept = json!({"accept": true});
                self.send(&session, "Page.handleJavaScriptDialog", &accept)
                    .unwrap();
            }
            self.events.push(Event {
                session,
                method,
                params: message["params"].take(),
            });
        }
        message
    }
}

/// Port and path of the browser's socket, once it has written them down.
fn address(profile: &Path, keeper: &mut Child) -> (u16, String) {
    let file = profile.join("DevToolsActivePort");
    let start = Instant::now();
    loop {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Some((port, path)) = text.split_once('\n')
            && path.starts_with('/')
        {
            return (port.parse().unwrap(), path.trim_end().to_owned());
        }
        if start.elapsed() > PATIENCE {
            drop(keeper.stdin.take());
            panic!("chromium did not write {}", file.display());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
