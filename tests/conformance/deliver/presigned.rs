//! A presigned PUT: what is on the wire, and what becomes of faults.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use broll::deliver::Tuning;
use broll::interrupt::Cancel;

use super::{MIB, QUICK, clip, deliver, ways};
use crate::platform::{Answer, Server};

/// Answers in turn, the last one for ever.
fn scripted(answers: Vec<Answer>) -> Server {
    let next = AtomicUsize::new(0);
    Server::start(move |_| answers[next.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1)].clone())
}

fn url(server: &Server) -> String {
    server.url("/bucket/clip%20one.mp4?X-Amz-Credential=hush&X-Amz-Signature=hush#hush")
}

#[test]
fn the_clip_is_put_whole_with_its_length_and_type_and_without_any_key() {
    let server = scripted(vec![Answer::empty(200)]);
    let (ways, clip) = (ways(Some(&url(&server)), None), clip(3 * MIB + 7));
    assert_eq!(deliver(&ways, clip.path()).unwrap(), server.url("/bucket/clip%20one.mp4"));
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.query("X-Amz-Signature").as_deref()), ("PUT", Some("hush")));
    assert_eq!(seen.header("content-length"), Some((3 * MIB + 7).to_string().as_str()));
    assert_eq!(seen.header("content-type"), Some("video/mp4"));
    assert!(seen.header("transfer-encoding").is_none() && seen.header("authorization").is_none());
    assert!(seen.body == fs_err::read(clip.path()).unwrap());
    ways.deliver(clip.path(), "j", "mov", &Cancel::default(), &|_| ()).unwrap();
    assert_eq!(server.seen()[1].header("content-type"), Some("video/quicktime"));
}

#[test]
fn what_may_pass_is_tried_again_with_the_whole_clip() {
    let faults = vec![
        Answer::empty(503).with_header("Retry-After", "0"),
        Answer::html(502),
        Answer::Close,
        Answer::empty(204),
    ];
    let (server, clip) = (scripted(faults), clip(MIB));
    deliver(&ways(Some(&url(&server)), None), clip.path()).unwrap();
    let bodies: Vec<usize> = server.seen().iter().map(|seen| seen.body.len()).collect();
    assert_eq!(bodies, [1 << 20; 4]);
}

#[test]
fn patience_ends() {
    for answer in [Answer::empty(429), Answer::Close] {
        let server = scripted(vec![answer]);
        let error = deliver(&ways(Some(&url(&server)), None), clip(10).path()).unwrap_err();
        assert_eq!(server.seen().len() as u32, QUICK.tries);
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
}

#[test]
fn a_refusal_is_told_at_once_and_without_the_signature() {
    let denied = b"<Error><Code>AccessDenied</Code><Message>hush hush</Message></Error>";
    let cases = [
        (Answer::typed(403, "application/xml", denied), "expired"),
        (Answer::empty(404), "does not exist"),
        (Answer::empty(405), "not allowed"),
        (Answer::empty(302).with_header("Location", "http://127.0.0.1:1/?hush"), "redirects"),
        (Answer::empty(413), "too large"),
        (Answer::html(400), "does not accept"),
    ];
    for (answer, why) in cases {
        let server = scripted(vec![answer]);
        let error = deliver(&ways(Some(&url(&server)), None), clip(10).path()).unwrap_err();
        assert!(error.code() == "upload_refused" && error.to_string().contains(why), "{error}");
        assert_eq!(server.seen().len(), 1);
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
}

/// Reads a little of each request, answers with these and ends the connection, then or once the client has seen it.
fn impatient(answer: &'static [u8], abrupt: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/c.mp4?s=hush", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read_exact(&mut [0; 1000]);
            let _ = stream.write_all(answer);
            if !abrupt {
                let _ = stream.shutdown(Shutdown::Write);
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
            }
        }
    });
    url
}

#[test]
fn a_connection_that_is_reset_in_the_middle_is_an_error_that_says_so() {
    let error = deliver(&ways(Some(&impatient(b"", true)), None), clip(20 * MIB).path()).unwrap_err();
    assert_eq!((error.code(), error.kind().exit_code()), ("upload_failed", 5));
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
}

#[test]
fn a_refusal_that_comes_before_the_clip_is_all_sent_is_understood() {
    // Its body breaks off: the status alone says no.
    let answer = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 50\r\nConnection: close\r\n\r\n<Error>";
    let error = deliver(&ways(Some(&impatient(answer, false)), None), clip(20 * MIB).path()).unwrap_err();
    assert_eq!(error.code(), "upload_refused", "{error}");
}

#[test]
fn a_yes_before_the_clip_is_all_sent_is_not_believed() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let error = deliver(&ways(Some(&impatient(answer, false)), None), clip(40 * MIB).path()).unwrap_err();
    assert!(error.to_string().contains("only a part"), "{error}");
}

#[test]
fn a_server_that_stops_reading_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/c.mp4", listener.local_addr().unwrap());
    let connections = thread::spawn(move || listener.incoming().flatten().take(2).collect::<Vec<_>>());
    let hasty = Tuning { stall: Duration::from_millis(300), tries: 2, ..QUICK };
    let error = deliver(&ways(Some(&url), None).tuned(hasty), clip(20 * MIB).path()).unwrap_err();
    assert!(error.code() == "upload_failed" && error.to_string().contains("nothing moved"), "{error}");
    assert_eq!(connections.join().unwrap().len(), 2);
}

#[test]
fn a_cancelled_upload_ends_although_the_server_stalls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/c.mp4", listener.local_addr().unwrap());
    let cancel = Cancel::default();
    // It is taken, but never read from.
    thread::spawn({
        let cancel = cancel.clone();
        move || {
            let _connection = listener.accept().unwrap();
            cancel.cancel();
            thread::sleep(Duration::from_secs(30));
        }
    });
    let clip = clip(20 * MIB);
    let error = ways(Some(&url), None).deliver(clip.path(), "j", "mp4", &cancel, &|_| ()).unwrap_err();
    assert_eq!(error.code(), "interrupted");
}

#[test]
fn a_clip_that_shrinks_while_it_is_sent_is_not_delivered() {
    let server = scripted(vec![Answer::empty(200)]);
    let clip = clip(20 * MIB);
    let shrink = |_| clip.as_file().set_len(MIB).unwrap();
    let done = ways(Some(&url(&server)), None).deliver(clip.path(), "j", "mp4", &Cancel::default(), &shrink);
    // The whole was on its way before the first word about it, or it is an error.
    let whole = server.seen().iter().any(|seen| seen.body.len() as u64 == 20 * MIB);
    assert_eq!(done.is_ok(), whole, "{done:?}");
}
