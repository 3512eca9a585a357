use serde_json::{Value, json};

use super::*;
use crate::paths::Paths;
use crate::runpod::{Draft, Journal};

struct World {
    _root: tempfile::TempDir,
    journal: Journal,
    endpoint: Endpoint,
}

impl World {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let [config, data, cache, state] = ["c", "d", "k", "s"].map(|name| root.path().join(name));
        let journal = Journal::open(&Paths { config, data, cache, state });
        Self { _root: root, journal, endpoint: Endpoint::new("http://127.0.0.1:1/v2", "ep").unwrap() }
    }

    fn job(&self, template: &str, input: &Value, status: &str, millis: Option<u64>) {
        self.job_at(&self.endpoint, template, input, status, millis);
    }

    fn job_at(&self, at: &Endpoint, template: &str, input: &Value, status: &str, millis: Option<u64>) {
        let request = json!({"input": input, "policy": {}});
        let draft = Draft { template: template.to_owned(), request, ..Draft::default() };
        let mut entry = self.journal.record(&draft, at).unwrap();
        let state = json!({"id": format!("j{}", entry.id()), "status": status, "executionTime": millis});
        entry.accepted(&serde_json::from_value(state).unwrap()).unwrap();
    }

    fn past(&self, request: &RenderRequest, name: &str, beneath: Option<&RenderRequest>) -> Past {
        let entries = self.journal.list().unwrap().entries;
        Past::of(&entries, &self.endpoint, (request, name), beneath, || None)
    }
}

fn named(name: &str) -> RenderRequest {
    RenderRequest { template: Some(name.to_owned()), ..RenderRequest::default() }
}

#[test]
fn only_jobs_of_this_template_at_this_endpoint_that_were_done_count() {
    let world = World::new();
    let other = Endpoint::new("http://127.0.0.1:1/v2", "other").unwrap();
    let input = json!({"template": "cube"});
    world.job("cube", &input, "COMPLETED", Some(108_000));
    world.job("cube", &input, "FAILED", Some(1));
    world.job("cube", &input, "IN_PROGRESS", Some(1));
    world.job("cube", &input, "COMPLETED", None);
    world.job("cube", &json!({"template": "ball"}), "COMPLETED", Some(1));
    world.job("cube", &json!({"blend_base64": "… 3 kB of base64"}), "COMPLETED", Some(28_000));
    world.job("cube", &json!({"template": 3}), "COMPLETED", Some(1));
    world.job("cube", &json!({"template": "cube", "device": "cpu"}), "COMPLETED", Some(1));
    world.job("cube", &json!("text"), "COMPLETED", Some(1));
    world.job_at(&other, "cube", &input, "COMPLETED", Some(1));
    let beneath = RenderRequest::default();
    let past = world.past(&named("cube"), "cube", Some(&beneath));
    assert_eq!(past.len(), 1);
    let work = Work::of(&Settings::new(&named("cube")).unwrap(), None).unwrap();
    assert_eq!(past.forecast(&work).unwrap().mean, 108.0);
    // A file of that name is another template.
    let file = world.past(&RenderRequest::default(), "cube", Some(&beneath));
    assert_eq!(file.forecast(&work).unwrap().mean, 28.0);
    assert!(world.past(&named("cone"), "cone", Some(&beneath)).is_empty());
}

#[test]
fn a_job_is_scaled_but_for_what_does_not_grow() {
    let world = World::new();
    world.job("cube", &json!({"template": "cube", "samples": 64}), "COMPLETED", Some(108_000));
    let beneath = RenderRequest::default();
    let past = world.past(&named("cube"), "cube", Some(&beneath));
    let forecast = |samples: i64| {
        let request = RenderRequest { samples: Some(samples), ..named("cube") };
        past.forecast(&Work::of(&Settings::new(&request).unwrap(), None).unwrap()).unwrap()
    };
    let same = forecast(64);
    assert_eq!((same.mean, same.low.round(), same.high.round()), (108.0, 97.0, 119.0));
    assert_eq!((forecast(128).mean, forecast(32).mean), (208.0, 58.0));
    let far = forecast(64 * 64);
    assert_eq!((far.mean, far.high), (6408.0, 6408.0 * 1.5));
    // What is shorter than what does not grow does not grow.
    world.job("dot", &json!({"template": "dot"}), "COMPLETED", Some(3000));
    let dot = world.past(&named("dot"), "dot", Some(&beneath));
    assert_eq!(dot.forecast(&Work { frames: 9999, pixels: 1 << 30, samples: 4096 }).unwrap().mean, 3.0);
}

#[test]
fn without_the_templates_defaults_only_what_leaves_the_same_open_is_compared() {
    let world = World::new();
    world.job("far", &json!({"template": "far"}), "COMPLETED", Some(50_000));
    world.job("far", &json!({"template": "far", "duration": 2, "samples": 8}), "COMPLETED", Some(20_000));
    let request = RenderRequest { duration: Some(4.0), samples: Some(8), ..named("far") };
    assert_eq!(
        (world.past(&request, "far", None).len(), world.past(&named("far"), "far", None).len()),
        (1, 1)
    );
    assert!(world.past(&RenderRequest { samples: Some(8), ..named("far") }, "far", None).is_empty());
    let work = Work::of(&Settings::new(&request).unwrap(), None).unwrap();
    assert_eq!(world.past(&request, "far", None).forecast(&work).unwrap().mean, 32.0);
    assert_eq!(Past::default().forecast(&work), None);
}

#[test]
fn several_jobs_make_a_spread() {
    let world = World::new();
    for millis in [80_000, 100_000, 150_000] {
        world.job("cube", &json!({"template": "cube"}), "COMPLETED", Some(millis));
    }
    let past = world.past(&named("cube"), "cube", Some(&RenderRequest::default()));
    let work = Work::of(&Settings::new(&named("cube")).unwrap(), None).unwrap();
    let forecast = past.forecast(&work).unwrap();
    assert_eq!((past.len(), forecast.low, forecast.mean, forecast.high), (3, 80.0, 110.0, 150.0));
}

#[test]
fn a_request_is_of_a_name_a_hash_or_a_file() {
    let linked = RenderRequest { template_sha256: Some("AB".to_owned()), ..RenderRequest::default() };
    assert_eq!(subject(&named("a"), "x"), "template a");
    assert_eq!(subject(&linked, "x"), "sha256 ab");
    assert_eq!(subject(&RenderRequest::default(), "x"), "file x");
}
