//! The other end of a delivery: the clip is found in whatever an API answered, fetched, decoded and proved.
