# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_broll_global_optspecs
    string join \n json h/help V/version
end

function __fish_broll_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_broll_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_broll_using_subcommand
    set -l cmd (__fish_broll_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c broll -n "__fish_broll_needs_command" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_needs_command" -s V -l version -d 'Print version'
complete -c broll -n "__fish_broll_needs_command" -f -a "render" -d 'Render a template to a clip on this machine'
complete -c broll -n "__fish_broll_needs_command" -f -a "preview" -d 'Look at a few frames of a clip before it is rendered'
complete -c broll -n "__fish_broll_needs_command" -f -a "estimate" -d 'Tell what a clip will take, time and price, before it is made'
complete -c broll -n "__fish_broll_needs_command" -f -a "submit" -d 'Render a template to a clip on a RunPod endpoint'
complete -c broll -n "__fish_broll_needs_command" -f -a "jobs" -d 'See, await, fetch and end the jobs sent to an endpoint'
complete -c broll -n "__fish_broll_needs_command" -f -a "endpoint" -d 'See how an endpoint is, and try it'
complete -c broll -n "__fish_broll_needs_command" -f -a "login" -d 'Keep the API key of an endpoint on this machine'
complete -c broll -n "__fish_broll_needs_command" -f -a "decode" -d 'Take the clip out of an answer of the API'
complete -c broll -n "__fish_broll_needs_command" -f -a "templates" -d 'List, show, add, remove and check templates'
complete -c broll -n "__fish_broll_needs_command" -f -a "serve" -d 'Serve as a RunPod endpoint on this machine'
complete -c broll -n "__fish_broll_needs_command" -f -a "worker" -d 'Carry out the jobs of a RunPod endpoint, or one job for a test'
complete -c broll -n "__fish_broll_needs_command" -f -a "setup" -d 'Install the managed Blender 4.2 LTS and ffmpeg, or ptxas'
complete -c broll -n "__fish_broll_needs_command" -f -a "doctor" -d 'Check what this machine can do, and how to mend what it cannot'
complete -c broll -n "__fish_broll_needs_command" -f -a "kernels" -d 'List Blender\'s kernels for NVIDIA GPUs, and build those that are missing'
complete -c broll -n "__fish_broll_needs_command" -f -a "config" -d 'Show and change the configuration'
complete -c broll -n "__fish_broll_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c broll -n "__fish_broll_needs_command" -f -a "man" -d 'Write the man pages into a folder'
complete -c broll -n "__fish_broll_using_subcommand render" -s o -l output -d 'Where the clip goes [default: TEMPLATE.mp4]' -r -F
complete -c broll -n "__fish_broll_using_subcommand render" -l duration -d 'Length in seconds, from one frame to 3600 [default: the template\'s, else 8]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l resolution -d 'Width and height, even numbers from 16 to 8192 [default: the template\'s, else 1920x1080]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l samples -d 'Cycles samples per pixel, 1 to 65536 [default: the template\'s, else 128]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l fps -d 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template\'s, else 30]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l frames -d 'Frames of the template, inclusive, in its own numbering; instead of --duration' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l set -d 'Set a parameter of the template; may be repeated' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l device -d 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]' -r -f -a "auto\t''
optix\t''
cuda\t''
hip\t''
oneapi\t''
metal\t''
cpu\t''"
complete -c broll -n "__fish_broll_using_subcommand render" -l encoder -d 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]' -r -f -a "h264_nvenc\t''
hevc_nvenc\t''
av1_nvenc\t''
libx264\t''
libx265\t''
prores_ks\t''"
complete -c broll -n "__fish_broll_using_subcommand render" -l quality -d 'Encoder quality: draft, good or master [default: good]' -r -f -a "draft\t''
good\t''
master\t''"
complete -c broll -n "__fish_broll_using_subcommand render" -l seed -d 'Cycles seed, 0 to 2147483647 [default: 0]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l scene -d 'Scene to render [default: the file\'s active one]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l camera -d 'Camera to render through [default: the scene\'s]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l library -d 'Search this folder first' -r -F
complete -c broll -n "__fish_broll_using_subcommand render" -l gpus -d 'Use so many of the NVIDIA GPUs [default: all]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l gpu-ids -d 'Use these NVIDIA GPUs, by their numbers in nvidia-smi' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l sessions-per-gpu -d 'Blender sessions on each GPU, 1 to 8 [default: 2 where the first frames leave it idle and there is room, else 1]' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l stall-timeout -d 'Give up a Blender or an ffmpeg that is silent and idle for so many seconds, ten times as many while kernels compile' -r
complete -c broll -n "__fish_broll_using_subcommand render" -l progress -d 'How to show progress: auto, plain, json or off' -r -f -a "auto\t''
plain\t''
json\t''
off\t''"
complete -c broll -n "__fish_broll_using_subcommand render" -l cpu -d 'Short for --device cpu --encoder libx264'
complete -c broll -n "__fish_broll_using_subcommand render" -l denoise -d 'Denoise with OpenImageDenoise (the default)'
complete -c broll -n "__fish_broll_using_subcommand render" -l no-denoise -d 'Do not denoise'
complete -c broll -n "__fish_broll_using_subcommand render" -l transparent -d 'Render the background transparent; needs --encoder prores_ks'
complete -c broll -n "__fish_broll_using_subcommand render" -l fresh -d 'Start over: do not reuse frames of earlier runs'
complete -c broll -n "__fish_broll_using_subcommand render" -l keep-frames -d 'Keep the frames when the clip is done'
complete -c broll -n "__fish_broll_using_subcommand render" -s f -l force -d 'Replace the clip if it exists'
complete -c broll -n "__fish_broll_using_subcommand render" -l strict -d 'Treat warnings about the template as errors'
complete -c broll -n "__fish_broll_using_subcommand render" -l dry-run -d 'Print the resolved job and start nothing'
complete -c broll -n "__fish_broll_using_subcommand render" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand render" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand preview" -l count -d 'Look at so many frames, evenly spread, 1 to 64' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -s o -l output -d 'Where the sheet goes [default: TEMPLATE.preview.png]' -r -F
complete -c broll -n "__fish_broll_using_subcommand preview" -l duration -d 'Length in seconds, from one frame to 3600 [default: the template\'s, else 8]' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l resolution -d 'Width and height, even numbers from 16 to 8192 [default: the template\'s, else 1920x1080]' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l samples -d 'Cycles samples per pixel, 1 to 65536 [default: the template\'s, else 128]' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l fps -d 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template\'s, else 30]' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l frames -d 'Frames of the template, inclusive, in its own numbering; instead of --duration' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l set -d 'Set a parameter of the template; may be repeated' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l device -d 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]' -r -f -a "auto\t''
optix\t''
cuda\t''
hip\t''
oneapi\t''
metal\t''
cpu\t''"
complete -c broll -n "__fish_broll_using_subcommand preview" -l encoder -d 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]' -r -f -a "h264_nvenc\t''
hevc_nvenc\t''
av1_nvenc\t''
libx264\t''
libx265\t''
prores_ks\t''"
complete -c broll -n "__fish_broll_using_subcommand preview" -l quality -d 'Encoder quality: draft, good or master [default: good]' -r -f -a "draft\t''
good\t''
master\t''"
complete -c broll -n "__fish_broll_using_subcommand preview" -l seed -d 'Cycles seed, 0 to 2147483647 [default: 0]' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l scene -d 'Scene to render [default: the file\'s active one]' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l camera -d 'Camera to render through [default: the scene\'s]' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l library -d 'Search this folder first' -r -F
complete -c broll -n "__fish_broll_using_subcommand preview" -l stall-timeout -d 'Give up a Blender that is silent and idle for so many seconds, ten times as many while kernels compile' -r
complete -c broll -n "__fish_broll_using_subcommand preview" -l progress -d 'How to show progress: auto, plain, json or off' -r -f -a "auto\t''
plain\t''
json\t''
off\t''"
complete -c broll -n "__fish_broll_using_subcommand preview" -l cpu -d 'Short for --device cpu --encoder libx264'
complete -c broll -n "__fish_broll_using_subcommand preview" -l denoise -d 'Denoise with OpenImageDenoise (the default)'
complete -c broll -n "__fish_broll_using_subcommand preview" -l no-denoise -d 'Do not denoise'
complete -c broll -n "__fish_broll_using_subcommand preview" -l transparent -d 'Render the background transparent; needs --encoder prores_ks'
complete -c broll -n "__fish_broll_using_subcommand preview" -s f -l force -d 'Replace the sheet if it exists'
complete -c broll -n "__fish_broll_using_subcommand preview" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand estimate" -l duration -d 'Length in seconds, from one frame to 3600 [default: the template\'s, else 8]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l resolution -d 'Width and height, even numbers from 16 to 8192 [default: the template\'s, else 1920x1080]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l samples -d 'Cycles samples per pixel, 1 to 65536 [default: the template\'s, else 128]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l fps -d 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template\'s, else 30]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l frames -d 'Frames of the template, inclusive, in its own numbering; instead of --duration' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l set -d 'Set a parameter of the template; may be repeated' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l device -d 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]' -r -f -a "auto\t''
optix\t''
cuda\t''
hip\t''
oneapi\t''
metal\t''
cpu\t''"
complete -c broll -n "__fish_broll_using_subcommand estimate" -l encoder -d 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]' -r -f -a "h264_nvenc\t''
hevc_nvenc\t''
av1_nvenc\t''
libx264\t''
libx265\t''
prores_ks\t''"
complete -c broll -n "__fish_broll_using_subcommand estimate" -l quality -d 'Encoder quality: draft, good or master [default: good]' -r -f -a "draft\t''
good\t''
master\t''"
complete -c broll -n "__fish_broll_using_subcommand estimate" -l seed -d 'Cycles seed, 0 to 2147483647 [default: 0]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l scene -d 'Scene to render [default: the file\'s active one]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l camera -d 'Camera to render through [default: the scene\'s]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l scouts -d 'Frames to render, evenly spread over the clip' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l rate -d 'US dollars for a second at the endpoint [default: rate_per_second, else the price of endpoint_gpu]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l library -d 'Search this folder first' -r -F
complete -c broll -n "__fish_broll_using_subcommand estimate" -l gpus -d 'Use so many of the NVIDIA GPUs [default: all]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l gpu-ids -d 'Use these NVIDIA GPUs, by their numbers in nvidia-smi' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l sessions-per-gpu -d 'Blender sessions on each GPU, 1 to 8 [default: 2 where the first frames leave it idle and there is room, else 1]' -r
complete -c broll -n "__fish_broll_using_subcommand estimate" -l progress -d 'How to show progress: auto, plain, json or off' -r -f -a "auto\t''
plain\t''
json\t''
off\t''"
complete -c broll -n "__fish_broll_using_subcommand estimate" -l cpu -d 'Short for --device cpu --encoder libx264'
complete -c broll -n "__fish_broll_using_subcommand estimate" -l denoise -d 'Denoise with OpenImageDenoise (the default)'
complete -c broll -n "__fish_broll_using_subcommand estimate" -l no-denoise -d 'Do not denoise'
complete -c broll -n "__fish_broll_using_subcommand estimate" -l transparent -d 'Render the background transparent; needs --encoder prores_ks'
complete -c broll -n "__fish_broll_using_subcommand estimate" -l fresh -d 'Throw frames of earlier runs away, and render all of them anew'
complete -c broll -n "__fish_broll_using_subcommand estimate" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand estimate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand submit" -s o -l output -d 'Where the clip goes [default: TEMPLATE.mp4]' -r -F
complete -c broll -n "__fish_broll_using_subcommand submit" -l duration -d 'Length in seconds, from one frame to 3600 [default: the template\'s, else 8]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l resolution -d 'Width and height, even numbers from 16 to 8192 [default: the template\'s, else 1920x1080]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l samples -d 'Cycles samples per pixel, 1 to 65536 [default: the template\'s, else 128]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l fps -d 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template\'s, else 30]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l frames -d 'Frames of the template, inclusive, in its own numbering; instead of --duration' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l set -d 'Set a parameter of the template; may be repeated' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l device -d 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]' -r -f -a "auto\t''
optix\t''
cuda\t''
hip\t''
oneapi\t''
metal\t''
cpu\t''"
complete -c broll -n "__fish_broll_using_subcommand submit" -l encoder -d 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]' -r -f -a "h264_nvenc\t''
hevc_nvenc\t''
av1_nvenc\t''
libx264\t''
libx265\t''
prores_ks\t''"
complete -c broll -n "__fish_broll_using_subcommand submit" -l quality -d 'Encoder quality: draft, good or master [default: good]' -r -f -a "draft\t''
good\t''
master\t''"
complete -c broll -n "__fish_broll_using_subcommand submit" -l seed -d 'Cycles seed, 0 to 2147483647 [default: 0]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l scene -d 'Scene to render [default: the file\'s active one]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l camera -d 'Camera to render through [default: the scene\'s]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l endpoint -d 'Endpoint to send it to [default: the configuration\'s]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l template-url -d 'Have the endpoint fetch the .blend from here (https), instead of a name or a file' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l template-sha256 -d 'SHA-256 of the .blend at --template-url, 64 hexadecimal digits' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l upload-url -d 'Have the endpoint put the clip here (a presigned URL for PUT) if it is too large for its answer' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l s3-config -d 'The same with an S3 bucket: a JSON file with endpointUrl, accessId, accessSecret and bucketName' -r -F
complete -c broll -n "__fish_broll_using_subcommand submit" -l webhook -d 'Have RunPod tell this URL when the job ends' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l execution-timeout -d 'Longest time the job may run, from 5s to 7d [default: 1h]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l ttl -d 'Longest life of the job with its time in the queue, from 10s to 7d [default: --execution-timeout and 24h more]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l max-cost -d 'Send nothing that will most likely cost more, and have the endpoint end the job before it does' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l rate -d 'US dollars for a second at the endpoint [default: rate_per_second, else the price of endpoint_gpu]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l timeout -d 'Longest time to wait for the clip, such as 30m; the job itself goes on [default: 2h]' -r
complete -c broll -n "__fish_broll_using_subcommand submit" -l progress -d 'How to show progress: auto, plain, json or off' -r -f -a "auto\t''
plain\t''
json\t''
off\t''"
complete -c broll -n "__fish_broll_using_subcommand submit" -l cpu -d 'Short for --device cpu --encoder libx264'
complete -c broll -n "__fish_broll_using_subcommand submit" -l denoise -d 'Denoise with OpenImageDenoise (the default)'
complete -c broll -n "__fish_broll_using_subcommand submit" -l no-denoise -d 'Do not denoise'
complete -c broll -n "__fish_broll_using_subcommand submit" -l transparent -d 'Render the background transparent; needs --encoder prores_ks'
complete -c broll -n "__fish_broll_using_subcommand submit" -l low-priority -d 'Start no further worker for this job: it waits for one that is running'
complete -c broll -n "__fish_broll_using_subcommand submit" -l detach -d 'Print the job\'s id and do not wait for the clip: `broll jobs fetch ID` gets it'
complete -c broll -n "__fish_broll_using_subcommand submit" -s f -l force -d 'Replace the clip if it exists'
complete -c broll -n "__fish_broll_using_subcommand submit" -l dry-run -d 'Print what would be sent, without the .blend and without secrets, and send nothing'
complete -c broll -n "__fish_broll_using_subcommand submit" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand submit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand jobs; and not __fish_seen_subcommand_from list status watch fetch cancel retry" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand jobs; and not __fish_seen_subcommand_from list status watch fetch cancel retry" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand jobs; and not __fish_seen_subcommand_from list status watch fetch cancel retry" -f -a "list" -d 'List the jobs sent from this machine'
complete -c broll -n "__fish_broll_using_subcommand jobs; and not __fish_seen_subcommand_from list status watch fetch cancel retry" -f -a "status" -d 'Show where a job is'
complete -c broll -n "__fish_broll_using_subcommand jobs; and not __fish_seen_subcommand_from list status watch fetch cancel retry" -f -a "watch" -d 'Wait for a job and take in its clip'
complete -c broll -n "__fish_broll_using_subcommand jobs; and not __fish_seen_subcommand_from list status watch fetch cancel retry" -f -a "fetch" -d 'Take in the clip of a job that is done'
complete -c broll -n "__fish_broll_using_subcommand jobs; and not __fish_seen_subcommand_from list status watch fetch cancel retry" -f -a "cancel" -d 'End a job'
complete -c broll -n "__fish_broll_using_subcommand jobs; and not __fish_seen_subcommand_from list status watch fetch cancel retry" -f -a "retry" -d 'Run a job again that failed or took too long'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from list" -l offline -d 'Ask no endpoint: show what was last known'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from list" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from status" -l endpoint -d 'The endpoint of a job that was sent from elsewhere [default: the configured one]' -r
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from status" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from watch" -l endpoint -d 'The endpoint of a job that was sent from elsewhere [default: the configured one]' -r
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from watch" -s o -l output -d 'Where the clip goes [default: where the job was told to put it]' -r -F
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from watch" -l timeout -d 'Stop waiting after this time, such as 90s or 30m; the job goes on' -r
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from watch" -l progress -d 'How to show progress: auto, plain, json or off' -r -f -a "auto\t''
plain\t''
json\t''
off\t''"
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from watch" -s f -l force -d 'Replace the clip if it exists'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from watch" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from fetch" -l endpoint -d 'The endpoint of a job that was sent from elsewhere [default: the configured one]' -r
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from fetch" -s o -l output -d 'Where the clip goes [default: where the job was told to put it]' -r -F
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from fetch" -s f -l force -d 'Replace the clip if it exists'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from fetch" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from fetch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l endpoint -d 'The endpoint of a job that was sent from elsewhere [default: the configured one]' -r
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from retry" -l endpoint -d 'The endpoint of a job that was sent from elsewhere [default: the configured one]' -r
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from retry" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand jobs; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and not __fish_seen_subcommand_from health test" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and not __fish_seen_subcommand_from health test" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and not __fish_seen_subcommand_from health test" -f -a "health" -d 'Show an endpoint\'s queue and workers'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and not __fish_seen_subcommand_from health test" -f -a "test" -d 'Render one second at 320x180 and show how long each stage takes'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l endpoint -d 'Which endpoint [default: the configured one]' -r
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from health" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from health" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -l endpoint -d 'Which endpoint [default: the configured one]' -r
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -l template -d 'Render this template of the endpoint' -r
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -s o -l output -d 'Keep the clip here' -r -F
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -l timeout -d 'Stop waiting after this time; the job goes on' -r
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -l progress -d 'How to show progress: auto, plain, json or off' -r -f -a "auto\t''
plain\t''
json\t''
off\t''"
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -l cpu -d 'Short for --device cpu --encoder libx264, for an endpoint that allows it'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -s f -l force -d 'Replace the clip if it exists'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand endpoint; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand login" -l endpoint -d 'Check the key with this endpoint [default: the configured one]' -r
complete -c broll -n "__fish_broll_using_subcommand login" -l remove -d 'Forget the key instead'
complete -c broll -n "__fish_broll_using_subcommand login" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand decode" -s o -l output -d 'Where the clip goes [default: FILE\'s name with .mp4 or .mov, in the current folder]' -r -F
complete -c broll -n "__fish_broll_using_subcommand decode" -s f -l force -d 'Replace the clip if it exists'
complete -c broll -n "__fish_broll_using_subcommand decode" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand decode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand templates; and not __fish_seen_subcommand_from list show search add remove check" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand templates; and not __fish_seen_subcommand_from list show search add remove check" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand templates; and not __fish_seen_subcommand_from list show search add remove check" -f -a "list" -d 'List all templates'
complete -c broll -n "__fish_broll_using_subcommand templates; and not __fish_seen_subcommand_from list show search add remove check" -f -a "show" -d 'Show everything about a template that can be told without Blender'
complete -c broll -n "__fish_broll_using_subcommand templates; and not __fish_seen_subcommand_from list show search add remove check" -f -a "search" -d 'Search BlenderKit for scenes'
complete -c broll -n "__fish_broll_using_subcommand templates; and not __fish_seen_subcommand_from list show search add remove check" -f -a "add" -d 'Add a .blend to a library'
complete -c broll -n "__fish_broll_using_subcommand templates; and not __fish_seen_subcommand_from list show search add remove check" -f -a "remove" -d 'Remove a template from its library: the .blend, its manifest and its still'
complete -c broll -n "__fish_broll_using_subcommand templates; and not __fish_seen_subcommand_from list show search add remove check" -f -a "check" -d 'Try a template in Blender: whether it renders, and what it takes'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from list" -l library -d 'Search this folder first' -r -F
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from list" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from show" -l library -d 'Search this folder first' -r -F
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from show" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from search" -l page -d 'The page of results, 15 on each' -r
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from search" -l type -d 'scene, or model: objects without a camera, which cannot be rendered by themselves' -r -f -a "scene\t''
model\t''"
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from search" -l free -d 'Only what needs no paid plan'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from search" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from add" -l name -d 'Its name in the library [default: the file\'s name]' -r
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from add" -l library -d 'The library [default: BROLL_LIBRARY, else your own]' -r -F
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from add" -l resolution -d 'Size of the textures of a BlenderKit asset, or the nearest there is: 0.5k, 1k, 2k, 4k, 8k or original [default: original]' -r -f -a "0.5k\t''
1k\t''
2k\t''
4k\t''
8k\t''
original\t''"
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from add" -l max-size -d 'The largest BlenderKit file to download, such as 500MB or 4GB [default: 1GB]' -r
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from add" -s f -l force -d 'Replace a template of this name'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from add" -l no-still -d 'Do not render a still of it'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from add" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from remove" -l library -d 'Remove it from this library only' -r -F
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from remove" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from check" -l library -d 'Search this folder first' -r -F
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from check" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand templates; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand serve" -l host -d 'Name or address to listen on; other than this machine\'s own needs a token' -r
complete -c broll -n "__fish_broll_using_subcommand serve" -l port -d 'Port to listen on; 0 takes a free one' -r
complete -c broll -n "__fish_broll_using_subcommand serve" -l token-file -d 'File with the token that clients must send as their API key; BROLL_SERVE_TOKEN holds it as well' -r -F
complete -c broll -n "__fish_broll_using_subcommand serve" -l keep-results -d 'How long finished jobs are kept, such as 30m or 24h' -r
complete -c broll -n "__fish_broll_using_subcommand serve" -l library -d 'Search this folder of templates first' -r -F
complete -c broll -n "__fish_broll_using_subcommand serve" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand worker" -l test-input -d 'Carry out this one job, given as JSON or as the name of a file, and print its response' -r
complete -c broll -n "__fish_broll_using_subcommand worker" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand worker" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand setup" -l force -d 'Install anew what is installed already'
complete -c broll -n "__fish_broll_using_subcommand setup" -l kernels -d 'Install ptxas instead, which `broll kernels build` needs: 40 MB to download, 32 MB on disk'
complete -c broll -n "__fish_broll_using_subcommand setup" -l system-packages -d 'Install missing system libraries with apt-get as well, as root or with a sudo that asks for no password'
complete -c broll -n "__fish_broll_using_subcommand setup" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand setup" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand doctor" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand kernels; and not __fish_seen_subcommand_from list build" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand kernels; and not __fish_seen_subcommand_from list build" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand kernels; and not __fish_seen_subcommand_from list build" -f -a "list" -d 'List the kernels that Blender has and what this machine\'s GPUs find'
complete -c broll -n "__fish_broll_using_subcommand kernels; and not __fish_seen_subcommand_from list build" -f -a "build" -d 'Compile the kernels that this machine\'s GPUs lack'
complete -c broll -n "__fish_broll_using_subcommand kernels; and __fish_seen_subcommand_from list" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand kernels; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand kernels; and __fish_seen_subcommand_from build" -l arch -d 'Build for this architecture, such as sm_90, whatever GPUs there are; may be repeated' -r
complete -c broll -n "__fish_broll_using_subcommand kernels; and __fish_seen_subcommand_from build" -l force -d 'Build anew what broll built before'
complete -c broll -n "__fish_broll_using_subcommand kernels; and __fish_seen_subcommand_from build" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand kernels; and __fish_seen_subcommand_from build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c broll -n "__fish_broll_using_subcommand config; and not __fish_seen_subcommand_from show path set" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand config; and not __fish_seen_subcommand_from show path set" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand config; and not __fish_seen_subcommand_from show path set" -f -a "show" -d 'Print every key with its value and where that came from'
complete -c broll -n "__fish_broll_using_subcommand config; and not __fish_seen_subcommand_from show path set" -f -a "path" -d 'Print the path of config.toml'
complete -c broll -n "__fish_broll_using_subcommand config; and not __fish_seen_subcommand_from show path set" -f -a "set" -d 'Change one key in config.toml and keep everything else in it'
complete -c broll -n "__fish_broll_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand config; and __fish_seen_subcommand_from path" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand config; and __fish_seen_subcommand_from set" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand config; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand completions" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand completions" -s h -l help -d 'Print help'
complete -c broll -n "__fish_broll_using_subcommand man" -l json -d 'Print the answer, or the error, as one JSON object on stdout'
complete -c broll -n "__fish_broll_using_subcommand man" -s h -l help -d 'Print help'

# What only broll knows (templates, parameters, jobs) it is asked for; all else is above.
function __fish_broll_live
    set -l words (commandline -opc)
    command $words[1] complete fish -- (commandline -cp | string collect) 2>/dev/null
end
function __fish_broll_is_live
    __fish_broll_live >/dev/null
end
complete -c broll -n __fish_broll_is_live -f -a '(__fish_broll_live)'
complete -c broll -l set -x -a '(__fish_broll_live)'
