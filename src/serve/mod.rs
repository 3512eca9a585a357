//! An endpoint on this machine: the REST surface of RunPod over a queue with the local pipeline behind it.
