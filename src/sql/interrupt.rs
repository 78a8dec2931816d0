//! Interrupt: Ctrl-C ends a question within a second.
//!
//! The work is done on a thread of its own. Where the engine does not give way (a
//! join may compute for a minute between two looks at the clock), the thread is
//! left behind, and whatever it would still write is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use futures::future::{AbortHandle, Abortable, Aborted};
use signal_hook::consts::SIGINT;

use super::session::Session;
use crate::error::{Error, Result};

/// How often the flag is looked at.
const BEAT: Duration = Duration::from_millis(20);

/// How long the work may take to end in order, once it was told to.
const GRACE: Duration = Duration::from_millis(400);

/// Stack of the working thread: plans are walked by recursion.
const STACK: usize = 16 << 20;

/// How a piece of work ended.
#[derive(Debug)]
pub enum Ended<T> {
    Done(T),
    /// By Ctrl-C; it may still be running, unheard.
    Interrupted,
}

/// The flag that Ctrl-C raises.
#[derive(Debug, Clone)]
pub struct Interrupt(Arc<AtomicBool>);

/// Tells the work that nobody waits for it any more.
#[derive(Debug, Clone)]
pub(super) struct Cancel(AbortHandle);

impl Cancel {
    /// Whether nobody waits any more.
    pub(super) fn is_cancelled(&self) -> bool {
        self.0.is_aborted()
    }
}

impl Interrupt {
    /// Takes Ctrl-C over from the system.
    ///
    /// # Errors
    /// [`Error::Bug`] where the system refuses.
    pub fn listen() -> Result<Self> {
        let flag = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(SIGINT, Arc::clone(&flag))
            .map_err(|e| Error::Bug(format!("Ctrl-C cannot be listened to: {e}")))?;
        Ok(Self(flag))
    }

    /// Does `work` on the engine of the session, until it is done or Ctrl-C is
    /// pressed.
    ///
    /// # Errors
    /// [`Error::Bug`] where no thread can be had, or the work panics.
    pub(super) fn run<T, F>(
        &self,
        session: &Arc<Session>,
        work: impl FnOnce(Cancel) -> F + Send + 'static,
    ) -> Result<Ended<T>>
    where
        T: Send + 'static,
        F: Future<Output = T>,
    {
        self.0.store(false, Ordering::SeqCst);
        let (handle, registration) = AbortHandle::new_pair();
        let cancel = Cancel(handle.clone());
        let (send, receive) = sync_channel(1);
        let session = Arc::clone(session);
        std::thread::Builder::new()
            .name("throughline-question".into())
            .stack_size(STACK)
            .spawn(move || {
                let work = Abortable::new(work(cancel), registration);
                let ended = match session.catalogue().wait(work) {
                    Ok(done) => Ended::Done(done),
                    Err(Aborted) => Ended::Interrupted,
                };
                // Nobody may be waiting any more.
                let _ = send.send(ended);
            })
            .map_err(|e| Error::Bug(format!("no thread can be started: {e}")))?;
        let mut since: Option<Instant> = None;
        loop {
            match receive.recv_timeout(BEAT) {
                Ok(ended) => return Ok(ended),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::Bug("a question ended without an answer".into()));
                }
            }
            if since.is_none() && self.0.load(Ordering::SeqCst) {
                handle.abort();
                since = Some(Instant::now());
            }
            if since.is_some_and(|at| at.elapsed() > GRACE) {
                return Ok(Ended::Interrupted);
            }
        }
    }
}
