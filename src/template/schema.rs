//! A template's parameters as a JSON Schema (draft 2020-12), for forms and scripts that make requests.

use super::Parameter;

impl Parameter {
    /// What it does in one line: its help, else its label.
    pub fn summary(&self) -> &str {
        if self.help.is_empty() { &self.label } else { &self.help }
    }
}
