//! Children that outlive the thread that wanted them.

use std::io;
use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use super::Child;

struct Birth {
    command: Command,
    answer: Sender<io::Result<Child>>,
}

/// Starts a child on a thread that lasts as long as broll. One that asks to end with its parent (`PR_SET_PDEATHSIG`) is
/// ended by Linux with the thread that started it, which may be that of one job.
///
/// # Errors
/// Those of [`Child::spawn`].
pub fn spawn_lasting(command: Command) -> io::Result<Child> {
    static NURSERY: OnceLock<Mutex<Sender<Birth>>> = OnceLock::new();
    let nursery = NURSERY.get_or_init(|| {
        let (sender, births) = channel::<Birth>();
        thread::spawn(move || {
            for Birth { mut command, answer } in births {
                // Whoever asked waits for it.
                let _ = answer.send(Child::spawn(&mut command));
            }
        });
        Mutex::new(sender)
    });
    let (answer, child) = channel();
    let asked = nursery.lock().unwrap_or_else(PoisonError::into_inner).send(Birth { command, answer });
    asked.map_err(io::Error::other)?;
    child.recv().map_err(io::Error::other)?
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_child_that_would_end_with_its_thread_lasts() {
        // util-linux's tool asks the kernel as the driver in Blender does.
        let sleep = || {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "KILL", "sleep", "600"]);
            command
        };
        let end = |spawn: fn(Command) -> io::Result<Child>| {
            let mut child = thread::spawn(move || {
                let child = spawn(sleep()).unwrap();
                // Until it has become `sleep`, its request is not known to stand.
                let comm = format!("/proc/{}/comm", child.id());
                while fs_err::read_to_string(&comm).is_ok_and(|name| name.trim() != "sleep") {
                    thread::yield_now();
                }
                child
            })
            .join()
            .unwrap();
            child.wait_up_to(Duration::from_millis(300))
        };
        assert!(end(|mut command| Child::spawn(&mut command)).is_some(), "then this room is not needed");
        assert!(end(spawn_lasting).is_none());
    }
}
