//! The whole way with nothing left out: an endpoint on this machine, a job sent to it, the clip that comes back.

use nix::sys::signal::{Signal, kill};

use crate::common::{Endpoint, Running, Stage, children, clip, gone, probe, prop, scene};
use crate::parameters::MANIFEST;

/// What every clip here is asked to be, small and soon done.
const SMALL: [&str; 9] =
    ["--cpu", "--resolution", "64x36", "--samples", "1", "--no-denoise", "--fps", "12", "--json"];

#[test]
fn a_template_by_name_goes_out_and_its_clip_comes_home() {
    let stage = Stage::new("plain");
    let endpoint = Endpoint::start(&stage);
    let client = endpoint.client();
    let args = ["submit", "ai_cpu_activation", "--duration", "0.5", "--set", "glow=2", "-o", "home.mp4"];
    let answer = client.broll(&[&args[..], &SMALL].concat()).succeeds();
    assert_eq!((answer.json["frames"].as_u64(), answer.json["checked"].as_str()), (Some(6), Some("decoded")));
    assert_eq!(answer.json["gpu_used"], false);
    assert!(answer.json["job"]["execution_seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    let (stream, _) = probe(&client.work("home.mp4"));
    assert_eq!(
        (stream["nb_read_frames"].as_str(), stream["color_space"].as_str()),
        (Some("6"), Some("bt709"))
    );
    let listed = client.broll(&["jobs", "list", "--json"]).succeeds().json;
    assert_eq!(listed["jobs"][0]["state"], "fetched", "{listed}");
}

#[test]
fn a_file_travels_with_the_request_and_a_bad_job_says_what_to_do() {
    let stage = Stage::new("plain");
    let endpoint = Endpoint::start(&stage);
    let client = endpoint.client();
    let clip = client.blend().to_str().unwrap();
    let answer = client.broll(&[&["submit", clip, "--frames", "1..3"][..], &SMALL].concat()).succeeds();
    let (stream, _) = probe(&client.work("clip.mp4"));
    assert_eq!(
        (stream["nb_read_frames"].as_str(), stream["width"].as_u64()),
        (Some("2"), Some(64)),
        "{}",
        answer.json
    );
    client
        .broll(&[&["submit", "no_such_template"][..], &SMALL].concat())
        .fails(5, "job_failed")
        .says(&["no template", "no_such_template"]);
    assert!(!client.work("no_such_template.mp4").exists());
}

#[test]
fn an_image_and_a_font_travel_and_give_the_picture_of_a_render_at_home() {
    let put = |stage: &Stage| {
        fs_err::create_dir(stage.work("templates")).unwrap();
        fs_err::copy(scene("parameters"), stage.work("templates/t.blend")).unwrap();
        fs_err::write(stage.work("templates/t.toml"), MANIFEST).unwrap();
    };
    let stage = Stage::new("plain");
    put(&stage);
    let endpoint = Endpoint::start(&stage);
    let (client, stranger) = (endpoint.client(), endpoint.client());
    put(&client);
    let file = |name: &str| prop(name).to_str().unwrap().to_owned();
    let (logo, font) =
        (format!("logo=@{}", file("green.webp")), format!("font=@{}", file("DejaVuSansMono.woff2")));
    let args = ["t", "--frames", "1..3", "--set", &logo, "--set", &font, "--set", "title=H"];
    let made = |stage: &Stage, verb: &str, name: &str| {
        let answer = stage.broll(&[&[verb][..], &args, &["-o", name], &SMALL].concat()).succeeds();
        (answer, clip(&stage.work(name), [64, 36]))
    };
    let (_, home) = made(&client, "render", "home.mp4");
    let green = home[0].at(40, 18);
    assert!(green[1] > 240 && green[0] < 16, "{green:?}");
    let (answer, far) = made(&client, "submit", "far.mp4");
    assert!(home == far, "the endpoint made another picture");
    // Nothing is known here of a template of that name: what is an image or a font travels all the same.
    let (_, strange) = made(&stranger, "submit", "strange.mp4");
    assert!(home == strange);
    let shown = client.broll(&["jobs", "status", answer.json["job"]["id"].as_str().unwrap(), "--json"]);
    assert!(!shown.json.to_string().contains(&"A".repeat(40)), "the journal keeps the file");
}

#[test]
fn a_client_that_is_killed_loses_nothing() {
    let stage = Stage::new("plain");
    let endpoint = Endpoint::start(&stage);
    let client = endpoint.client();
    let args = ["submit", "ai_cpu_activation", "--duration", "1", "-o", "home.mp4", "--progress", "json"];
    let mut running = Running::command(client.command(&[&args[..], &SMALL].concat()));
    let id = running.wait_for("submitted")["id"].as_str().unwrap().to_owned();
    running.signal(Signal::SIGKILL);
    running.finish();
    let answer = client.broll(&["jobs", "watch", &id[..8], "--json", "--progress", "off"]).succeeds();
    assert_eq!(answer.json["frames"], 12);
    assert!(client.work("home.mp4").exists());
}

#[test]
fn an_endpoint_that_is_killed_goes_on_with_its_job_and_leaves_no_blender() {
    let stage = Stage::new("plain");
    let endpoint = Endpoint::start(&stage);
    let mut client = endpoint.client();
    let args = ["submit", "ai_cpu_activation", "--duration", "1", "-o", "home.mp4", "--detach"];
    let id = client.broll(&[&args[..], &SMALL].concat()).succeeds().json["id"].as_str().unwrap().to_owned();
    crate::common::until("the job runs", || {
        let told = client.broll(&["jobs", "status", &id, "--json"]).json;
        told["status"] == "IN_PROGRESS"
    });
    let blenders = children(endpoint.pid());
    kill(endpoint.pid(), Signal::SIGKILL).unwrap();
    blenders.into_iter().for_each(|pid| gone(pid));
    drop(endpoint);
    let again = Endpoint::start(&stage);
    // Another port: the journal's address is of the endpoint that is gone.
    client.variable("RUNPOD_ENDPOINT_BASE_URL", again.told["base_url"].as_str().unwrap());
    let elsewhere = again.client();
    crate::common::until("the job is done", || {
        elsewhere.broll(&["jobs", "status", &id, "--json"]).json["status"] == "COMPLETED"
    });
    let answer = elsewhere.broll(&["jobs", "fetch", &id, "-o", "home.mp4", "--json"]).succeeds();
    assert_eq!(answer.json["frames"], 12);
}
