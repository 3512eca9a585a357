use super::*;
use proptest::prelude::*;

fn at(start: Instant, seconds: f64) -> Instant {
    start + Duration::try_from_secs_f64(seconds).unwrap()
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-6
}

#[test]
fn the_first_frame_shows_its_own_fraction() {
    let (start, mut pace) = (Instant::now(), Pace::new(10, 0));
    pace.frame_started(start, 0);
    pace.frame_progress(0.25);
    assert!(close(pace.position(at(start, 9.0)), 0.25));
    pace.frame_progress(f64::NAN);
    assert!(close(pace.position(at(start, 9.0)), 0.25), "it never falls");
    pace.frame_progress(1.0);
    assert!(close(pace.position(at(start, 9.0)), 0.97));
    assert_eq!(pace.eta(at(start, 9.0)), None);
}

#[test]
fn later_frames_move_by_the_clock() {
    let (start, mut pace) = (Instant::now(), Pace::new(10, 0));
    pace.frame_started(start, 0);
    pace.frame_finished(at(start, 2.0), 1);
    pace.frame_started(at(start, 2.0), 0);
    assert!(close(pace.position(at(start, 3.0)), 1.5));
    assert_eq!(pace.eta(at(start, 3.0)), Some(Duration::from_secs(17)));
    assert!(close(pace.position(at(start, 60.0)), 1.97), "a slow frame waits near its end");
    pace.frame_finished(at(start, 60.0), 2);
    assert!(close(pace.position(at(start, 60.0)), 2.0));
}

#[test]
fn kernels_in_the_first_frame_hardly_count() {
    let (start, mut pace) = (Instant::now(), Pace::new(100, 0));
    let mut now = 0.0;
    for (done, time) in [(1, 101.0), (2, 1.0), (3, 1.0), (4, 1.0), (5, 1.0)] {
        pace.frame_started(at(start, now), 0);
        now += time;
        pace.frame_finished(at(start, now), done);
    }
    // (0.1 × 101 + 0.5 + 3) / 3.6 seconds a frame.
    assert!(close(pace.eta(at(start, now)).unwrap().as_secs_f64(), 95.0 * 13.6 / 3.6));
    for done in 6..=25 {
        pace.frame_started(at(start, now), 0);
        now += 1.0;
        pace.frame_finished(at(start, now), done);
    }
    assert_eq!(pace.eta(at(start, now)).unwrap().as_millis(), 75_000, "and are forgotten after 20 frames");
}

#[test]
fn reused_frames_say_nothing_about_time() {
    let (start, mut pace) = (Instant::now(), Pace::new(100, 90));
    assert!(close(pace.position(start), 90.0));
    assert_eq!(pace.eta(start), None);
    pace.frame_started(start, 0);
    pace.frame_finished(at(start, 4.0), 91);
    assert_eq!(pace.eta(at(start, 4.0)), Some(Duration::from_secs(36)));
    assert_eq!(Pace::new(5, 9).eta(start), Some(Duration::ZERO));
}

#[test]
fn sessions_side_by_side_share_the_time() {
    let (start, mut pace) = (Instant::now(), Pace::new(40, 0));
    (0..4).for_each(|session| pace.frame_started(start, session));
    (1..=4).for_each(|done| pace.frame_finished(at(start, 40.0), done));
    assert_eq!(pace.eta(at(start, 40.0)), Some(Duration::from_secs(360)));
}

#[test]
fn a_frame_may_start_before_the_last_one_is_known_to_be_whole() {
    let (start, mut pace) = (Instant::now(), Pace::new(100, 0));
    pace.frame_started(start, 0);
    pace.frame_started(at(start, 10.0), 0);
    pace.frame_finished(at(start, 10.0), 1);
    pace.frame_started(at(start, 12.0), 0);
    pace.frame_finished(at(start, 12.0), 2);
    // (0.1 × 10 + 0.5 × 2) / 0.6 seconds a frame.
    assert!(close(pace.eta(at(start, 12.0)).unwrap().as_secs_f64(), 98.0 * 2.0 / 0.6));
}

#[test]
fn a_lost_frame_keeps_the_bar_where_it_is() {
    let (start, mut pace) = (Instant::now(), Pace::new(3, 0));
    pace.frame_started(start, 0);
    pace.frame_finished(at(start, 2.0), 1);
    pace.frame_started(at(start, 2.0), 0);
    assert!(close(pace.position(at(start, 3.0)), 1.5));
    pace.frame_lost();
    assert!(close(pace.position(at(start, 30.0)), 1.5));
}

#[derive(Debug, Clone)]
enum Act {
    Start(usize),
    Progress(f64),
    Lose,
    Finish(u32),
    Look,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        any::<usize>().prop_map(Act::Start),
        any::<f64>().prop_map(Act::Progress),
        Just(Act::Lose),
        any::<u32>().prop_map(Act::Finish),
        (0u32..300).prop_map(Act::Finish),
        Just(Act::Look),
    ]
}

proptest! {
    #[test]
    fn any_order_of_events_is_monotone_and_bounded(
        total in 0u32..300, reused in 0u32..400, acts in prop::collection::vec((0u64..1 << 40, act()), 0..80)
    ) {
        let mut pace = Pace::new(total, reused);
        let (mut now, mut last) = (Instant::now(), 0.0);
        for (millis, act) in acts {
            // The clock may stand still or leap years.
            now += Duration::from_millis(millis);
            match act {
                Act::Start(session) => pace.frame_started(now, session),
                Act::Progress(fraction) => pace.frame_progress(fraction),
                Act::Lose => pace.frame_lost(),
                Act::Finish(done) => pace.frame_finished(now, done),
                Act::Look => {}
            }
            let position = pace.position(now);
            prop_assert!(position.is_finite() && position >= last && position <= f64::from(total));
            prop_assert!(position >= f64::from(pace.done()));
            last = position;
            let _ = pace.eta(now);
        }
    }
}
