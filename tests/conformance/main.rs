//! Both ends of the RunPod protocol, driven by a platform that plays its part and its faults by script. The official
//! SDK is the judge.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod blenderkit;
mod client;
mod deliver;
mod platform;
mod receive;
mod serve;
mod worker;
