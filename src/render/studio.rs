//! Where events and warnings of one render come together.

use std::sync::{Mutex, PoisonError};

use crate::event::{Event, Reporter, Warning};

/// Tells events and remembers warnings for the result.
pub struct Studio<'a> {
    reporter: &'a dyn Reporter,
    warnings: Mutex<Vec<Warning>>,
}

impl<'a> Studio<'a> {
    /// Tells `reporter`.
    pub fn new(reporter: &'a dyn Reporter) -> Self {
        Self { reporter, warnings: Mutex::new(Vec::new()) }
    }

    /// Tells an event.
    pub fn tell(&self, event: &Event) {
        self.reporter.report(event);
    }

    /// Tells a warning, once.
    pub fn warn(&self, warning: Warning) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if !warnings.contains(&warning) {
            self.tell(&Event::Warning(warning.clone()));
            warnings.push(warning);
        }
    }

    /// All warnings so far.
    pub fn warnings(&self) -> Vec<Warning> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
