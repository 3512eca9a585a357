use super::super::{LogLine, Problem, ProblemKind, parse_line};

fn check(table: &[(ProblemKind, &str)]) {
    for (kind, line) in table {
        for prefix in
            ["", "Error: ", "00:00.400  cycles           | ERROR ", "00:00.891  reports          | WARNING "]
        {
            match parse_line(&format!("{prefix}{line}")) {
                LogLine::Problem(problem) => assert_eq!(problem.kind, *kind, "{prefix}{line}"),
                other => panic!("{prefix}{line} is {other:?}"),
            }
        }
    }
}

#[test]
fn gpu_and_memory() {
    check(&[
        (ProblemKind::GpuOutOfMemory, "System is out of GPU memory"),
        (ProblemKind::GpuOutOfMemory, "System is out of GPU and shared host memory"),
        (ProblemKind::GpuOutOfMemory, "Out of memory in cuMemAlloc(&device_pointer, size)"),
        (ProblemKind::GpuOutOfMemory, "Out of memory in CUDA queue copy_to_device (integrator_init)"),
        (ProblemKind::GpuOutOfMemory, "CUDA error: Out of memory"),
        (ProblemKind::GpuOutOfMemory, "CUDA error at cuCtxCreate: Out of memory"),
        (
            ProblemKind::GpuOutOfMemory,
            "OPTIX_ERROR_DEVICE_OUT_OF_MEMORY in optixAccelBuild(context) (device_impl.cpp:1)",
        ),
        (ProblemKind::GpuOutOfMemory, "Could not allocate shadow atlas. Most likely out of GPU memory."),
        (
            ProblemKind::GpuCrash,
            "Launch exceeded timeout in cuCtxSynchronize() (integrator/path_trace_work_gpu.cpp:1)",
        ),
        (ProblemKind::GpuCrash, "Launch failed in cuEventSynchronize(event_)"),
        (ProblemKind::GpuCrash, "Illegal address in CUDA queue synchronize (integrator_shade_surface)"),
        (ProblemKind::GpuCrash, "OPTIX_ERROR_LAUNCH_FAILURE in optixLaunch(pipeline)"),
        (ProblemKind::OptixStart, "OPTIX_ERROR_PIPELINE_LINK_ERROR in optixPipelineCreate(context)"),
        (ProblemKind::OptixStart, "Failed to load OptiX kernel from '/b/kernel_optix.ptx' (Invalid PTX)"),
        (ProblemKind::OptixStart, "OptiX initialization failed with error code 7804"),
        (ProblemKind::OutOfMemory, "Calloc returns null: len=512 in Foo, total 1"),
        (ProblemKind::OutOfMemory, "Malloc returns null: len=512 in Foo, total 1"),
        (ProblemKind::OutOfMemory, "terminate called after throwing an instance of 'std::bad_alloc'"),
        (ProblemKind::KernelCompile, "CUDA kernel compilation failed, see console for details."),
        (
            ProblemKind::KernelCompile,
            "Failed to load CUDA kernel from '/b/kernel.cubin' (No kernel image available)",
        ),
        (ProblemKind::DeviceMissing, "Found no Cycles device of the specified type"),
        (ProblemKind::DeviceMissing, "CUEW initialization failed: Error opening the library"),
        (ProblemKind::Denoiser, "Build without OpenImageDenoiser"),
        (ProblemKind::Denoiser, "Failed to create denoiser"),
        (ProblemKind::Denoiser, "OPTIX_ERROR_INVALID_VALUE in optixDenoiserInvoke(denoiser)"),
    ]);
}

#[test]
fn scene_and_files() {
    check(&[
        (ProblemKind::NoCamera, "Cannot render, no camera"),
        (ProblemKind::NoCamera, "No camera found in scene \"Scene\" (compositing of scene \"Scene\")"),
        (ProblemKind::CannotSave, "Render error (Permission denied) cannot save: '/out/f_0001.png'"),
        (ProblemKind::CannotSave, "Couldn't create directory for file /out/f_0001.png: Permission denied"),
        (ProblemKind::DiskFull, "Render error (No space left on device) cannot save: '/out/f_0001.png'"),
        (ProblemKind::NewerFile, "File written by newer Blender binary (405.92), expect loss of data!"),
        (ProblemKind::NotABlend, "Failed to read blend file '/x.blend', not a blend file"),
        (ProblemKind::MissingLibrary, "Unable to open '/x/lib.blend': No such file or directory"),
        (ProblemKind::MissingLibrary, "Cannot find lib '/x/lib.blend'"),
        (ProblemKind::MissingLibrary, "LIB: Object: 'Cube' missing from '/x/lib.blend', parent '<direct>'"),
        (
            ProblemKind::MissingLibrary,
            "1 libraries and 1 linked data-blocks are missing (including 0 ObjectData)",
        ),
        (ProblemKind::MissingImage, "Image file '/x/tex.png' does not exist."),
        (ProblemKind::ScriptDisabled, "scripts disabled for \"/x.blend\", skipping 'auto.py'"),
        (ProblemKind::DriverRefused, "Error in PyDriver: expression failed: __import__('os').getpid()*0.0"),
        (ProblemKind::DriverRefused, "\tBPY_driver_exec: restricted access disallows name '__import__'"),
        (
            ProblemKind::ColorManagement,
            "Color management: scene view \"AgX\" not found, setting default \"Standard\".",
        ),
        (ProblemKind::Crash, "Writing: /tmp/x.crash.txt"),
        (ProblemKind::Crash, "./run.sh: line 2:   531 Segmentation fault      blender \"$@\""),
        (ProblemKind::Warning, "No frames rendered, skipped to not overwrite"),
    ]);
}

#[test]
fn anything_else_goes_by_its_level() {
    for (line, kind, text) in [
        ("Error: Cannot read file \"/x\": no", ProblemKind::Error, "Cannot read file \"/x\": no"),
        ("Warning: odd thing", ProblemKind::Warning, "odd thing"),
        ("00:00.891  reports          | ERROR Odd thing", ProblemKind::Error, "Odd thing"),
        ("00:00.891  bke.foo          | FATAL Odd thing", ProblemKind::Error, "Odd thing"),
        ("00:00.891  cycles           | WARNING Odd thing", ProblemKind::Warning, "Odd thing"),
        ("ERROR (bke.image): image.c:12 load: odd", ProblemKind::Error, "(bke.image): image.c:12 load: odd"),
        ("Info: Cannot find lib '/x.blend'", ProblemKind::MissingLibrary, "Cannot find lib '/x.blend'"),
        ("Error: bad Mem: 2M | Sample 1/2", ProblemKind::Error, "bad Mem: 2M | Sample 1/2"),
    ] {
        assert_eq!(parse_line(line), LogLine::Problem(Problem { kind, text: text.to_owned() }), "{line}");
    }
    assert_eq!(serde_json::to_string(&ProblemKind::GpuOutOfMemory).unwrap(), r#""gpu_out_of_memory""#);
}
