use super::*;

fn read(endpoint: &str, bucket: Option<&str>) -> Result<(String, String), Misplaced> {
    let place = place(endpoint, Named { bucket, ..Named::default() })?;
    Ok((place.bucket.object_url("k.mp4").to_string(), place.bucket.region().to_owned()))
}

#[test]
fn hosts_name_bucket_and_region() {
    let cases = [
        (
            "https://clips.s3.eu-west-1.amazonaws.com",
            None,
            "https://clips.s3.eu-west-1.amazonaws.com/k.mp4",
            "eu-west-1",
        ),
        (
            "https://clips.s3.eu-west-1.amazonaws.com/",
            Some("clips"),
            "https://clips.s3.eu-west-1.amazonaws.com/k.mp4",
            "eu-west-1",
        ),
        (
            "https://a.b.s3.eu-west-1.amazonaws.com",
            None,
            "https://a.b.s3.eu-west-1.amazonaws.com/k.mp4",
            "eu-west-1",
        ),
        ("https://clips.s3.amazonaws.com", None, "https://clips.s3.amazonaws.com/k.mp4", "us-east-1"),
        (
            "https://clips.s3-ap-south-1.amazonaws.com",
            None,
            "https://clips.s3-ap-south-1.amazonaws.com/k.mp4",
            "ap-south-1",
        ),
        (
            "https://clips.s3.dualstack.us-west-2.amazonaws.com",
            None,
            "https://clips.s3.dualstack.us-west-2.amazonaws.com/k.mp4",
            "us-west-2",
        ),
        (
            "https://s3.eu-west-1.amazonaws.com",
            Some("clips"),
            "https://s3.eu-west-1.amazonaws.com/clips/k.mp4",
            "eu-west-1",
        ),
        (
            "https://s3.eu-west-1.amazonaws.com/clips",
            None,
            "https://s3.eu-west-1.amazonaws.com/clips/k.mp4",
            "eu-west-1",
        ),
        (
            "https://clips.fra1.digitaloceanspaces.com",
            None,
            "https://clips.fra1.digitaloceanspaces.com/k.mp4",
            "fra1",
        ),
        (
            "https://fra1.digitaloceanspaces.com",
            Some("clips"),
            "https://fra1.digitaloceanspaces.com/clips/k.mp4",
            "fra1",
        ),
        (
            "https://s3.eu-central-003.backblazeb2.com",
            Some("clips"),
            "https://s3.eu-central-003.backblazeb2.com/clips/k.mp4",
            "eu-central-003",
        ),
        ("https://s3.fr-par.scw.cloud/", Some("clips"), "https://s3.fr-par.scw.cloud/clips/k.mp4", "fr-par"),
        (
            "https://0123.r2.cloudflarestorage.com",
            Some("clips"),
            "https://0123.r2.cloudflarestorage.com/clips/k.mp4",
            "auto",
        ),
        (
            "https://s3api-eu-ro-1.runpod.io/",
            Some("vol1d2"),
            "https://s3api-eu-ro-1.runpod.io/vol1d2/k.mp4",
            "EU-RO-1",
        ),
        (
            "https://clips.minio.example.com:9000",
            Some("clips"),
            "https://clips.minio.example.com:9000/k.mp4",
            "us-east-1",
        ),
        (
            "https://minio.s3.example.com",
            Some("clips"),
            "https://minio.s3.example.com/clips/k.mp4",
            "us-east-1",
        ),
        ("https://s3.example.com", Some("clips"), "https://s3.example.com/clips/k.mp4", "us-east-1"),
        ("http://127.0.0.1:9000", Some("127"), "http://127.0.0.1:9000/127/k.mp4", "us-east-1"),
        ("http://[::1]:9000/clips/", Some("clips"), "http://[::1]:9000/clips/k.mp4", "us-east-1"),
    ];
    for (endpoint, bucket, url, region) in cases {
        assert_eq!(read(endpoint, bucket), Ok((url.to_owned(), region.to_owned())), "{endpoint} {bucket:?}");
    }
}

#[test]
fn a_region_that_is_named_wins_and_the_usual_one_comes_last() {
    let named = |region, usual_region| Named { bucket: Some("clips"), region, usual_region };
    let region = |endpoint, named| place(endpoint, named).unwrap().bucket.region().to_owned();
    assert_eq!(region("https://s3.eu-west-1.amazonaws.com", named(Some("x"), Some("y"))), "x");
    assert_eq!(region("https://s3.eu-west-1.amazonaws.com", named(None, Some("y"))), "eu-west-1");
    assert_eq!(region("https://minio.example.com", named(None, Some("y"))), "y");
}

#[test]
fn only_runpods_own_server_makes_no_links() {
    let presigns =
        |endpoint| place(endpoint, Named { bucket: Some("clips"), ..Named::default() }).unwrap().presigns;
    assert!(presigns("https://s3.eu-west-1.amazonaws.com") && !presigns("https://s3api-eu-ro-1.runpod.io"));
}

#[test]
fn what_cannot_be_a_place_says_which_part_is_wrong() {
    let endpoint = |text: &str, bucket| match read(text, bucket) {
        Err(Misplaced::Endpoint(why)) => why,
        other => panic!("{text}: {other:?}"),
    };
    assert!(endpoint("s3.amazonaws.com", None).contains("not a URL"));
    assert!(endpoint("s3://clips", None).contains("http or https"));
    assert!(endpoint("https://host/a/b", None).contains("path"));
    assert!(endpoint("https://host/?x=1", None).contains("query"));
    assert!(endpoint("http://169.254.169.254/clips", None).contains("link-local"));
    let bucket = |text: &str, bucket| match read(text, bucket) {
        Err(Misplaced::Bucket(why)) => why,
        other => panic!("{text}: {other:?}"),
    };
    assert!(bucket("https://s3.eu-west-1.amazonaws.com", None).contains("no bucket"));
    assert!(bucket("https://a-b.s3.eu-west-1.amazonaws.com", Some("other")).contains("twice"));
    for name in ["a/b", "..", "a..b", "ab", ".abc", "a b c", "a\nbc", "äöü"] {
        assert!(bucket("https://host", Some(name)).contains("no name"), "{name}");
    }
}
