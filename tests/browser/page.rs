//! Page: one tab, and what it said since its file was opened.

use std::path::Path;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::chromium::{Chromium, Event};

/// Some complaints come after the load event. Timed here and not in the page,
/// whose scripts may be off.
const SETTLE: Duration = Duration::from_millis(25);

pub(super) struct Page<'a> {
    browser: &'a mut Chromium,
    target: String,
    session: String,
    file: String,
}

impl<'a> Page<'a> {
    pub(super) fn new(browser: &'a mut Chromium) -> Self {
        let id = |v: &Value| v.as_str().unwrap().to_owned();
        let blank = json!({"url": "about:blank"});
        let target = id(&browser.call("", "Target.createTarget", &blank)["targetId"]);
        let attach = json!({"targetId": target, "flatten": true});
        let session = id(&browser.call("", "Target.attachToTarget", &attach)["sessionId"]);
        let mut page = Self {
            browser,
            target,
            session,
            file: String::new(),
        };
        for domain in ["Page", "Runtime", "Log", "Network", "Audits", "DOM"] {
            page.call(&format!("{domain}.enable"), &json!({}));
        }
        // Keys go to the page that has the focus, and a tab behind others has none.
        page.call(
            "Emulation.setFocusEmulationEnabled",
            &json!({"enabled": true}),
        );
        page.restore();
        page
    }

    pub(super) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.browser.call(&self.session, method, params)
    }

    /// Opens a file and waits until it has loaded and settled.
    pub(super) fn open(&mut self, file: &Path) {
        self.file = address(file);
        self.take_events();
        let went = self.call("Page.navigate", &json!({"url": self.file}));
        assert!(went["errorText"].is_null(), "{}: {went}", self.file);
        self.browser.wait(&self.session, "Page.loadEventFired");
        std::thread::sleep(SETTLE);
        // Its answer comes after whatever was reported until now.
        self.evaluate::<Value>("0");
    }

    /// The address that was opened.
    pub(super) fn address(&self) -> &str {
        &self.file
    }

    /// What the page reported since this was called last.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        self.browser.take_events(&self.session)
    }

    /// The value of an expression, awaited.
    pub(super) fn evaluate<T: DeserializeOwned>(&mut self, expression: &str) -> T {
        let asked = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true,
        });
        let mut answer = self.call("Runtime.evaluate", &asked);
        let failure = &answer["exceptionDetails"];
        assert!(failure.is_null(), "{}: {failure:#}", self.file);
        serde_json::from_value(answer["result"]["value"].take())
            .unwrap_or_else(|e| panic!("{}: {e}: {expression:.200}", self.file))
    }

    /// The width of the window in CSS pixels.
    pub(super) fn set_width(&mut self, width: u32) {
        // Not "mobile": there the window grows with what does not fit in it.
        let size = json!({
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// `screen` or `print`, `light` or `dark`.
    pub(super) fn set_media(&mut self, media: &str, scheme: &str) {
        let media = json!({
            "media": media,
            "features": [{"name": "prefers-color-scheme", "value": scheme}],
        });
        self.call("Emulation.setEmulatedMedia", &media);
    }

    /// Whether the page's own scripts run when it is opened next.
    pub(super) fn set_scripts(&mut self, run: bool) {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            &json!({"value": !run}),
        );
    }

    pub(super) fn press_tab(&mut self) {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({
                "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9,
            });
            self.call("Input.dispatchKeyEvent", &key);
        }
    }

    /// A wide screen by day.
    pub(super) fn restore(&mut self) {
        self.set_width(1280);
        self.set_media("screen", "light");
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        // A second panic while a failed check unwinds would hide the first.
        let target = json!({"targetId": self.target});
        let _ = self.browser.send("", "Target.closeTarget", &target);
        self.browser.take_events(&self.session);
    }
}

/// The file:// address of a file.
fn address(file: &Path) -> String {
    let mut address = String::from("file://");
    for byte in file.to_str().unwrap().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b'~' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}
