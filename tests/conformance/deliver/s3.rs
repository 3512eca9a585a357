//! A clip into a bucket and out of it again.

use std::cell::{Cell, RefCell};

use broll::deliver::{Delivered, Ways};
use broll::interrupt::Cancel;

use super::bucket::{Bucket, KEY, SECRET};
use super::{MIB, QUICK, clip, deliver, get, ways};

#[test]
fn a_clip_comes_out_of_the_bucket_as_it_went_in_whatever_its_size() {
    let bucket = Bucket::start();
    let ways = ways(None, Some(&bucket.config(&[("objectPath", "a folder/ä+b")])));
    // In one request, at its limit, and in three parts.
    for bytes in [1, 5 * MIB, 5 * MIB + 1, 12 * MIB + 345] {
        let clip = clip(bytes);
        let link = deliver(&ways, clip.path()).unwrap();
        assert!(link.contains("X-Amz-Expires=604800") && !link.contains(SECRET), "{link}");
        let (status, body) = get(&link);
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        assert!(body == fs_err::read(clip.path()).unwrap(), "{bytes}");
    }
    assert_eq!(bucket.objects(), ["a folder/ä+b/job-1.mp4"], "a job that runs again overwrites its clip");
    assert!(bucket.unfinished().is_empty(), "{:?}", bucket.unfinished());
}

#[test]
fn the_bucket_of_the_environment_works_the_same() {
    let bucket = Bucket::start();
    let endpoint = format!("{}/clips", bucket.url);
    let env = |name: &str| match name {
        "BUCKET_ENDPOINT_URL" => Some(endpoint.clone()),
        "BUCKET_ACCESS_KEY_ID" => Some(KEY.to_owned()),
        "BUCKET_SECRET_ACCESS_KEY" => Some(format!("{SECRET}\n")),
        "BUCKET_REGION" => Some("eu-test-1".to_owned()),
        _ => None,
    };
    let ways = Ways::new(0, None, None, &env, None).unwrap().tuned(QUICK);
    let link = deliver(&ways, clip(1000).path()).unwrap();
    assert!(link.contains("%2Feu-test-1%2Fs3%2F") && get(&link).0 == 200, "{link}");
    assert_eq!(bucket.objects(), ["job-1.mp4"]);
}

#[test]
fn a_hostile_job_id_stays_in_its_folder() {
    let bucket = Bucket::start();
    let ways = ways(None, Some(&bucket.config(&[("objectPath", "out")])));
    for id in ["../../x", "a/b", "..", ""] {
        ways.deliver(clip(10).path(), id, "mp4", &Cancel::default(), &|_| ()).unwrap();
    }
    let objects = bucket.objects();
    assert_eq!(objects.len(), 4, "{objects:?}");
    assert!(
        objects.iter().all(|path| path.starts_with("out/") && path.matches('/').count() == 1),
        "{objects:?}"
    );
}

#[test]
fn progress_rises_to_the_size_of_the_clip() {
    let bucket = Bucket::start();
    let ways = ways(None, Some(&bucket.config(&[])));
    let heard = RefCell::new(Vec::new());
    let clip = clip(12 * MIB);
    let done =
        ways.deliver(clip.path(), "j", "mp4", &Cancel::default(), &|sent| heard.borrow_mut().push(sent));
    assert!(matches!(done, Ok(Delivered::Url(_))));
    let heard = heard.into_inner();
    assert!(heard.is_sorted() && heard.last() == Some(&(12 * MIB)), "{heard:?}");
}

#[test]
fn a_cancelled_upload_leaves_nothing_behind() {
    let bucket = Bucket::start();
    let ways = ways(None, Some(&bucket.config(&[])));
    let clip = clip(30 * MIB);
    let (cancel, seen) = (Cancel::default(), Cell::new(0));
    let error = ways
        .deliver(clip.path(), "j", "mp4", &cancel, &|sent| {
            if sent > 5 * MIB && seen.replace(1) == 0 {
                assert!(!bucket.unfinished().is_empty());
                cancel.cancel();
            }
        })
        .unwrap_err();
    assert_eq!(error.code(), "interrupted");
    assert!(seen.get() == 1 && bucket.objects().is_empty());
    assert!(bucket.unfinished().is_empty(), "{:?}", bucket.unfinished());
}
