//! Which GPUs render, one session each: what the user wishes, out of what is visible.

use crate::error::{Error, Result};
use crate::request::Device;
use crate::toolchain::gpu::Gpu;

/// What the user wishes of the GPUs; nothing here changes a pixel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GpuWish {
    /// This many; all of them otherwise.
    pub count: Option<u32>,
    /// These, as `CUDA_VISIBLE_DEVICES` names them.
    pub ids: Vec<String>,
    /// Sessions on each, 1 to 8; decided from the first frames otherwise.
    pub sessions_per_gpu: Option<u32>,
}

/// One GPU with a session of its own, or everything a backend has with one session for all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Seat {
    /// What its sessions get as `CUDA_VISIBLE_DEVICES`; `None` leaves the environment as it is.
    pub(super) visible: Option<String>,
    /// Its name, when the driver tells it.
    pub(super) name: Option<String>,
    /// Its memory in MiB, when the driver tells it.
    pub(super) memory_mib: Option<u64>,
}

/// The seats for `device`. `visible` is the caller's own `CUDA_VISIBLE_DEVICES`, `gpus` what the NVIDIA driver lists.
///
/// # Errors
/// `no_such_gpu` for a wish that cannot be met, with what there is.
pub(super) fn seats(
    device: Device,
    wish: &GpuWish,
    visible: Option<&str>,
    gpus: &[Gpu],
) -> Result<Vec<Seat>> {
    let wished = wish.count.is_some() || !wish.ids.is_empty();
    if device == Device::Cpu {
        return match wished {
            true => Err(Error::bad_input("no_such_gpu", "GPUs cannot be chosen for a render on the CPU")
                .hint("leave out --gpus and --gpu-ids, or --cpu")),
            false => Ok(vec![Seat::default()]),
        };
    }
    let seat = |token: &str| {
        let gpu = gpus.iter().find(|gpu| gpu.index.to_string() == token);
        Seat {
            visible: Some(token.to_owned()),
            name: gpu.map(|gpu| gpu.name.clone()),
            memory_mib: gpu.and_then(|gpu| gpu.memory_mib),
        }
    };
    let all: Vec<Seat> = match visible {
        // As CUDA reads it: the first token that names nothing ends the list.
        Some(list) => list
            .split(',')
            .map(str::trim)
            .take_while(|token| !token.is_empty() && !token.starts_with('-'))
            .map(seat)
            .collect(),
        None => gpus.iter().map(|gpu| seat(&gpu.index.to_string())).collect(),
    };
    let there = || all.iter().filter_map(|seat| seat.visible.as_deref()).collect::<Vec<_>>().join(", ");
    let refused = |message: String| {
        let found = if all.is_empty() { "no NVIDIA GPU".to_owned() } else { format!("GPU {}", there()) };
        Err(Error::bad_input("no_such_gpu", message)
            .because(format!("this machine shows {found}"))
            .hint("see `broll doctor`; only NVIDIA GPUs are chosen one by one"))
    };
    if let Some(id) = wish.ids.iter().find(|id| all.iter().all(|seat| seat.visible.as_ref() != Some(id))) {
        return refused(format!("there is no GPU {id}"));
    }
    if let Some(count) = wish.count.filter(|count| *count as usize > all.len().max(1)) {
        return refused(format!("there are no {count} GPUs"));
    }
    let mut chosen: Vec<Seat> = match wish.ids.is_empty() {
        true => all,
        false => wish.ids.iter().map(|id| seat(id)).collect(),
    };
    chosen.truncate(wish.count.map_or(usize::MAX, |count| count as usize));
    if chosen.is_empty() {
        chosen.push(Seat::default());
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::gpu::parse;

    fn tokens(wish: &GpuWish, visible: Option<&str>) -> Result<Vec<String>> {
        let gpus = parse("0, L4, 580.1, 8.9, 23034\n1, L4, 580.1, 8.9, 23034\n2, T4, 580.1, 7.5, 15360\n");
        let seats = seats(Device::Auto, wish, visible, &gpus)?;
        Ok(seats.into_iter().filter_map(|seat| seat.visible).collect())
    }

    fn wish(count: Option<u32>, ids: &[&str]) -> GpuWish {
        GpuWish { count, ids: ids.iter().map(ToString::to_string).collect(), sessions_per_gpu: None }
    }

    #[test]
    fn every_visible_gpu_has_a_seat_unless_fewer_are_wished() {
        assert_eq!(tokens(&wish(None, &[]), None).unwrap(), ["0", "1", "2"]);
        assert_eq!(tokens(&wish(Some(2), &[]), None).unwrap(), ["0", "1"]);
        assert_eq!(tokens(&wish(None, &["2", "0"]), None).unwrap(), ["2", "0"]);
        assert_eq!(tokens(&wish(None, &[]), Some("2, GPU-ab,-1,0")).unwrap(), ["2", "GPU-ab"]);
        assert_eq!(tokens(&wish(None, &[]), Some("")).unwrap(), [""; 0]);
    }

    #[test]
    fn a_wish_that_cannot_be_met_names_what_is_there() {
        for (wish, visible) in [
            (wish(Some(4), &[]), None),
            (wish(None, &["3"]), None),
            (wish(None, &["1"]), Some("0")),
            (wish(Some(2), &[]), Some("")),
        ] {
            let error = tokens(&wish, visible).unwrap_err();
            assert_eq!((error.code(), error.causes().len()), ("no_such_gpu", 1), "{error}");
        }
        assert!(seats(Device::Cpu, &wish(Some(1), &[]), None, &[]).is_err());
    }

    #[test]
    fn without_a_list_there_is_one_seat_for_all() {
        let one = |device| seats(device, &GpuWish::default(), None, &[]).unwrap();
        assert_eq!(one(Device::Auto), [Seat::default()]);
        assert_eq!(one(Device::Cpu), [Seat::default()]);
    }
}
