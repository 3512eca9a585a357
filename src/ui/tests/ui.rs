use crate::event::{Event, Reporter, Warning};
use crate::ui::WarningsOnly;
use crate::ui::tests::{sink, started};

#[test]
fn warnings_are_shown_even_when_progress_is_off() {
    let (sink, lines) = sink();
    let reporter = WarningsOnly(sink);
    reporter.report(&started(2, 0));
    reporter.report(&Event::Warning(Warning::new("sound", "no sound")));
    reporter.report(&Event::FrameRetried { frame: 1, reason: "Blender crashed".to_owned() });
    assert_eq!(
        *lines.lock().unwrap(),
        ["warning: no sound", "warning: frame 2 is rendered again: Blender crashed"]
    );
}
