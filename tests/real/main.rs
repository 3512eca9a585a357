//! broll with a real Blender and a real ffmpeg, on files as people make them. Pictures are tiny and rendered on the
//! processor; what is checked is what they show. `make test` installs the tools and names them.

mod common;
mod outputs;
