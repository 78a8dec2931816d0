//! Crew: one kind of work on many things, on the threads there are.
//!
//! In: things, and what is to be done with each. Out: what came of each, in the
//! order of the things, whichever was done first.
//!
//! Not here: work that has to wait for other work (`model`).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::Result;

/// Does the work for each item. Of several failures the first in the order of the
/// items; after a failure no thread begins anything new.
///
/// # Errors
/// Those of the work.
pub(crate) fn in_order<T: Sync, A: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<A> + Sync,
) -> Result<Vec<A>> {
    let answers: Mutex<Vec<(usize, Result<A>)>> = Mutex::default();
    let next = AtomicUsize::new(0);
    let labour = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            let answer = work(item);
            if answer.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.push((at, answer));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(items.len()) {
            scope.spawn(labour);
        }
        labour();
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn answers_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..500).collect();
        let slow_first = |n: &u64| {
            std::thread::sleep(std::time::Duration::from_micros(500 - n));
            Ok(n * 2)
        };
        let doubled: Vec<u64> = items.iter().map(|n| n * 2).collect();
        assert_eq!(in_order(4, &items, slow_first).unwrap(), doubled);
        assert_eq!(in_order(1, &items, |n| Ok(n * 2)).unwrap(), doubled);
        assert!(in_order(3, &[] as &[u64], |n| Ok(*n)).unwrap().is_empty());
    }

    #[test]
    fn of_several_failures_the_first_is_told() {
        let items: Vec<u64> = (0..50).collect();
        let fails = |n: &u64| match n {
            0..7 => Ok(*n),
            _ => Err(Error::Bug(format!("item {n}"))),
        };
        let said = in_order(1, &items, fails).unwrap_err().to_string();
        assert!(said.contains("item 7"), "{said}");
    }
}
