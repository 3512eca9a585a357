//! What follows from an answer, or from none: done, ask again, or the end. Pure.
//!
//! Questions are asked again after anything that may pass. A submission is sent again only when it was provably not
//! accepted: a job that runs twice is paid twice.

use std::time::Duration;

use crate::net::Answer;
use crate::net::{Failure, Reached};

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step<T> {
    /// This is what was wanted.
    Done(T),
    /// The same once more, not before the time the server asks for.
    Again { why: String, asked: Option<Duration> },
    /// Once more would change nothing, or would be wrong.
    Over(End),
}

/// Why a request ends without what was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// The endpoint said no.
    Refused(Answer),
    /// It may have been accepted or not: the answer is lost.
    Lost(String),
    /// The answer is longer than anything that was asked for.
    TooLong(String),
    /// The endpoint sends whoever asks round in circles.
    Astray(String),
    /// It did not succeed in the time there was. It has done nothing.
    GaveUp(String),
    /// Somebody asked broll to stop.
    Cancelled,
}

/// After a question, which may be asked as often as one likes. `parse` gives `None` for what is no answer to it.
pub(super) fn after_question<T>(
    outcome: Result<Answer, Failure>,
    parse: impl FnOnce(&[u8]) -> Option<T>,
) -> Step<T> {
    let answer = match outcome {
        Ok(answer) => answer,
        Err(failure) if failure.cancelled => return Step::Over(End::Cancelled),
        Err(failure) if failure.astray => return Step::Over(End::Astray(failure.why)),
        Err(failure) => return again(in_words(&failure)),
    };
    if answer.broken.as_ref().is_some_and(|failure| failure.cancelled) {
        return Step::Over(End::Cancelled);
    }
    if answer.is_whole()
        && let Some(wanted) = parse(&answer.body)
    {
        return Step::Done(wanted);
    }
    if answer.too_long && (200..300).contains(&answer.status) {
        // It would not be shorter the next time.
        return Step::Over(End::TooLong(answer.in_words()));
    }
    match answer.status {
        // A success that is none: a page of some machine on the way, or half an answer.
        200..300 | 408 | 425 | 429 | 500.. => {
            Step::Again { why: format!("it answered {}", answer.in_words()), asked: answer.retry_after }
        }
        _ => Step::Over(End::Refused(answer)),
    }
}

/// After a submission, which must not take effect twice. `parse` gives `None` where the answer does not tell the job.
pub(super) fn after_submission<T>(
    outcome: Result<Answer, Failure>,
    parse: impl FnOnce(&Answer) -> Option<T>,
) -> Step<T> {
    let answer = match outcome {
        Ok(answer) => answer,
        Err(failure) if failure.reached == Reached::Nothing && failure.cancelled => {
            return Step::Over(End::Cancelled);
        }
        Err(failure) if failure.reached == Reached::Nothing => return again(in_words(&failure)),
        Err(failure) => return Step::Over(End::Lost(in_words(&failure))),
    };
    let why = || format!("it answered {}", answer.in_words());
    let unseen = answer.status == 429
        || (matches!(answer.status, 502 | 503) && answer.body.is_empty() && answer.broken.is_none());
    if unseen {
        return Step::Again { why: why(), asked: answer.retry_after };
    }
    match answer.status {
        200..300 => match parse(&answer) {
            Some(wanted) => Step::Done(wanted),
            None => Step::Over(End::Lost(why())),
        },
        // 408 comes from whatever stands before the endpoint, which may have passed the request on.
        408 | 500.. => Step::Over(End::Lost(why())),
        _ => Step::Over(End::Refused(answer)),
    }
}

fn again<T>(why: String) -> Step<T> {
    Step::Again { why, asked: None }
}

fn in_words(failure: &Failure) -> String {
    match failure.reached {
        Reached::Nothing => format!("there is no connection: {failure}"),
        Reached::Sent | Reached::Body if failure.cancelled => {
            "broll was stopped before the answer came".to_owned()
        }
        Reached::Sent | Reached::Body => format!("the answer did not come: {failure}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(reached: Reached) -> Failure {
        Failure::new(reached, "reset".to_owned())
    }

    fn torn(status: u16, body: &[u8]) -> Answer {
        Answer { broken: Some(failure(Reached::Body)), ..Answer::of(status, body) }
    }

    /// One letter for what follows: Done, Again, Refused, Lost, Too long, Off the way.
    fn letter<T>(step: &Step<T>) -> char {
        match step {
            Step::Done(_) => 'D',
            Step::Again { .. } => 'A',
            Step::Over(End::Refused(_)) => 'R',
            Step::Over(End::Lost(_)) => 'L',
            Step::Over(End::TooLong(_)) => 'T',
            Step::Over(End::Astray(_)) => 'O',
            Step::Over(End::GaveUp(_) | End::Cancelled) => '-',
        }
    }

    #[test]
    fn a_question_is_repeated_and_a_submission_only_when_it_was_not_accepted() {
        let ok = br#"{"id":"a"}"#;
        let html = b"<html>";
        for (outcome, question, submission) in [
            (Ok(Answer::of(200, ok)), 'D', 'D'),
            (Ok(Answer::of(200, html)), 'A', 'L'),
            (Ok(Answer::of(200, b"")), 'A', 'L'),
            (Ok(torn(200, ok)), 'A', 'D'),
            (Ok(torn(200, b"{\"i")), 'A', 'L'),
            (Ok(Answer { too_long: true, ..torn(200, b"{\"i") }), 'T', 'L'),
            (Ok(Answer { too_long: true, ..torn(500, b"oops") }), 'A', 'L'),
            (Ok(Answer::of(307, b"")), 'R', 'R'),
            (Ok(Answer::of(400, b"no")), 'R', 'R'),
            (Ok(Answer::of(401, b"")), 'R', 'R'),
            (Ok(Answer::of(404, html)), 'R', 'R'),
            (Ok(Answer::of(408, b"")), 'A', 'L'),
            (Ok(Answer::of(413, b"")), 'R', 'R'),
            (Ok(Answer::of(429, html)), 'A', 'A'),
            (Ok(torn(429, b"")), 'A', 'A'),
            (Ok(Answer::of(500, b"")), 'A', 'L'),
            (Ok(Answer::of(502, b"")), 'A', 'A'),
            (Ok(Answer::of(503, b"")), 'A', 'A'),
            (Ok(torn(502, b"")), 'A', 'L'),
            (Ok(Answer::of(502, html)), 'A', 'L'),
            (Ok(Answer::of(503, b"{}")), 'A', 'L'),
            (Ok(Answer::of(504, b"")), 'A', 'L'),
            (Ok(Answer::of(524, html)), 'A', 'L'),
            (Err(failure(Reached::Nothing)), 'A', 'A'),
            (Err(failure(Reached::Sent)), 'A', 'L'),
            (Err(failure(Reached::Body)), 'A', 'L'),
            (Err(Failure { astray: true, ..failure(Reached::Sent) }), 'O', 'L'),
        ] {
            let told = format!("{outcome:?}");
            let asked = after_question(outcome.clone(), |body| (body == ok).then_some(()));
            assert_eq!(letter(&asked), question, "question: {told}");
            let sent = after_submission(outcome, |answer| (answer.body == ok).then_some(()));
            assert_eq!(letter(&sent), submission, "submission: {told}");
        }
    }

    #[test]
    fn the_server_may_ask_for_time() {
        let busy = Answer { retry_after: Some(Duration::from_secs(7)), ..Answer::of(429, b"") };
        let Step::Again { why, asked } = after_question(Ok(busy), |_| None::<()>) else {
            panic!("not again")
        };
        assert_eq!((why.as_str(), asked), ("it answered 429 with nothing", Some(Duration::from_secs(7))));
    }

    #[test]
    fn whoever_stops_a_submission_under_way_does_not_know_what_came_of_it() {
        let stopped = |reached| Failure { cancelled: true, ..failure(reached) };
        let step = |reached| after_submission(Err(stopped(reached)), |_| None::<()>);
        assert!(matches!(step(Reached::Sent), Step::Over(End::Lost(_))));
        assert_eq!(step(Reached::Nothing), Step::Over(End::Cancelled));
        assert_eq!(after_question(Err(stopped(Reached::Sent)), |_| None::<()>), Step::Over(End::Cancelled));
    }
}
