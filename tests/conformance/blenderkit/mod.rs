//! BlenderKit's API and its file server, played by script: answers in the service's own shapes, and every fault.

mod adding;
mod faults;
mod kit;
mod searching;
mod secrets;

use kit::{FILE, ID, KEY, Kit, PAID, SIGNATURE, VERSION_ID, asset, blend};
