use crate::event::{Event, Reporter, Warning};
use crate::ui::WarningsOnly;
use crate::ui::tests::{sink, started};

#[test]
fn warnings_are_shown_even_when_progress_is_off() {
    let (sink, lines) = sink();
    let reporter = WarningsOnly::new(sink);
    reporter.report(&started(2, 0));
    reporter.report(&Event::Warning(Warning::new("sound", "no sound")));
    reporter.report(&Event::FrameRetried { frame: 1, reason: "Blender crashed".to_owned() });
    for _ in 0..3 {
        reporter.report(&Event::Queued { seconds: 1.0, note: None });
        reporter.report(&Event::Retrying { reason: "the endpoint answered 502".to_owned(), seconds: 2.0 });
    }
    assert_eq!(
        *lines.lock().unwrap(),
        [
            "warning: no sound",
            "warning: frame 2 is rendered again: Blender crashed",
            "warning: the endpoint answered 502; trying again in 2.0 s"
        ]
    );
}
