//! Run: the statements of a script, one after the other, each with its answer.

use std::sync::Arc;
use std::time::Instant;

use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;

use super::answer::{self, Format, Look};
use super::interrupt::{Cancel, Ended, Interrupt};
use super::mistake;
use super::output::{Output, Sink, Stop, Written};
use super::script::{Script, some};
use super::session::{Parameters, Session};
use crate::error::{Error, Result};

/// How answers are shown.
#[derive(Debug, Clone)]
pub struct Show {
    pub format: Format,
    pub output: Output,
    /// Rows of a table that are shown; `None` = all.
    pub rows: Option<usize>,
    /// Fit tables to this width; `None` = as wide as they are.
    pub width: Option<u16>,
    /// Whether NULL is dimmed.
    pub is_dimmed: bool,
    pub is_timed: bool,
    pub parameters: Parameters,
}

/// The way to whoever asks.
pub trait Talk: Send + Sync {
    /// What a person wants: how many rows, how long.
    fn say(&self, text: &str);
    /// Data that is no answer to a statement, such as a list of tables.
    fn tell(&self, text: &str);
    fn complain(&self, error: &Error);
}

/// Runs the statements of a script, and stops at the first mistake.
///
/// # Errors
/// [`Error::Usage`] with the place of the mistake, [`Error::CannotWrite`], engine
/// errors.
pub fn run(
    interrupt: &Interrupt,
    session: &Arc<Session>,
    script: Script,
    show: Show,
    talk: &Arc<dyn Talk>,
) -> Result<Ended<()>> {
    let asked = Arc::clone(session);
    let talk = Arc::clone(talk);
    let ended = interrupt.run(session, move |cancel| async move {
        answers(&asked, &script, &show, cancel, &*talk).await
    })?;
    match ended {
        Ended::Done(Ok(()) | Err(Stop::Closed)) => Ok(Ended::Done(())),
        Ended::Done(Err(Stop::Failed(error))) => Err(error),
        Ended::Done(Err(Stop::Cancelled)) | Ended::Interrupted => Ok(Ended::Interrupted),
    }
}

async fn answers(
    session: &Session,
    script: &Script,
    show: &Show,
    cancel: Cancel,
    talk: &dyn Talk,
) -> Written {
    let statements = some(script.statements()?, script)?;
    if show.format.is_binary() && statements.len() > 1 {
        return Err(Stop::Failed(Error::Usage {
            message: format!(
                "{} holds {} statements, and a {} file has room for one answer",
                script.name,
                statements.len(),
                show.format.word()
            ),
            hint: "run them one by one, or choose another format".into(),
        }));
    }
    let mut sink = None;
    for statement in &statements {
        let begun = Instant::now();
        let frame = session.plan(script, statement, &show.parameters).await?;
        let wrong = |e| Stop::Failed(mistake::of(script, statement, &e, session));
        let rows = frame.execute_stream().await.map_err(wrong)?;
        // A mistake in the first statement leaves a file as it was.
        let sink = match &mut sink {
            Some(sink) => {
                Sink::text(sink, show.format.between())?;
                sink
            }
            None => sink.insert(Sink::open(&show.output, cancel.clone())?),
        };
        let (count, more) = answer(session, script, statement, show, rows, sink).await?;
        if show.format == Format::Table {
            let seconds = if show.is_timed {
                timed(begun)
            } else {
                String::new()
            };
            let rows = if count == 1 { "row" } else { "rows" };
            talk.say(&format!("{count} {rows}{seconds}"));
            if let Some(more) = more {
                talk.say(&more);
            }
        } else if show.is_timed {
            talk.say(&format!("{count} rows{}", timed(begun)));
        }
    }
    sink.map_or(Ok(()), Sink::close)
}

fn timed(begun: Instant) -> String {
    format!(" in {:.3} s", begun.elapsed().as_secs_f64())
}

/// Writes one answer; gives its rows, and what was not shown of them.
async fn answer(
    session: &Session,
    script: &Script,
    statement: &str,
    show: &Show,
    mut rows: SendableRecordBatchStream,
    sink: &mut Sink,
) -> Written<(usize, Option<String>)> {
    let look = Look {
        rows: show.rows,
        width: show.width,
        is_dimmed: show.is_dimmed,
    };
    let mut answer = answer::begin(show.format, &rows.schema(), look, sink)?;
    let mut count = 0;
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(|e| mistake::of(script, statement, &e, session))?;
        count += batch.num_rows();
        answer.rows(sink, &batch)?;
    }
    let more = answer.end(sink)?;
    sink.flushed()?;
    Ok((count, more))
}
