//! The header of a compiled kernel: is it one, and for which architecture.

use super::Arch;

/// `EM_CUDA` in the ELF registry of machines.
const CUDA: u16 = 190;
/// Bytes of the header of a 64-bit ELF file.
const HEADER: usize = 64;

/// The architecture a cubin was compiled for.
///
/// Where it stands in `e_flags` depends on the version of NVIDIA's ABI: up to 7 in the lowest byte, from 8 on (sm_100
/// and newer, and all of CUDA 13) in the second one. Both were seen in kernels that Blender ships and `ptxas` made.
///
/// # Errors
/// What is wrong with the file, in one clause.
pub(super) fn arch(bytes: &[u8]) -> Result<Arch, String> {
    let header = bytes.get(..HEADER).ok_or("it is shorter than an ELF header")?;
    // 64 bits, little-endian, current version.
    if header[..7] != *b"\x7fELF\x02\x01\x01" {
        return Err("it is no 64-bit ELF file".to_owned());
    }
    let machine = u16::from_le_bytes([header[18], header[19]]);
    if machine != CUDA {
        return Err(format!("it is for machine {machine}, not for CUDA"));
    }
    let (abi, flags) = (header[8], [header[48], header[49]]);
    Ok(Arch(u32::from(if abi < 8 { flags[0] } else { flags[1] })))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of a kernel with this ABI version and these flags.
    fn header(abi: u8, flags: u32) -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        bytes[..9].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1, 0x33, abi]);
        bytes[18] = 190;
        bytes[48..52].copy_from_slice(&flags.to_le_bytes());
        bytes
    }

    #[test]
    fn both_forms_of_the_flags_are_read() {
        // As ptxas 12.8 writes them for sm_80, sm_90, sm_100 and sm_120.
        for (abi, flags, wanted) in
            [(7, 0x4b_0550, 80), (7, 0x4b_055a, 90), (8, 0x600_6402, 100), (8, 0x600_7802, 120)]
        {
            assert_eq!(arch(&header(abi, flags)), Ok(Arch(wanted)));
        }
    }

    #[test]
    fn what_is_no_kernel_is_refused() {
        let good = header(7, 90);
        assert!(arch(&[]).is_err() && arch(&good[..63]).is_err() && arch(&[0; 200]).is_err());
        let mut other = good;
        other[18] = 62;
        assert!(arch(&other).unwrap_err().contains("machine 62"));
    }
}
