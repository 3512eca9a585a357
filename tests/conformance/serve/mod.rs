//! `broll serve` with trivial handlers behind it, spoken to by raw sockets, plain HTTP and the official client.

mod endpoint;
mod keeping;
mod lines;
mod policy;
mod sdk;
mod verbs;
mod webhooks;
mod who;
