
use builtin;
use str;

set edit:completion:arg-completer[broll] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'broll'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'broll'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand render 'Render a template to a clip on this machine'
            cand preview 'Look at a few frames of a clip before it is rendered'
            cand estimate 'Tell what a clip will take, time and price, before it is made'
            cand submit 'Render a template to a clip on a RunPod endpoint'
            cand jobs 'See, await, fetch and end the jobs sent to an endpoint'
            cand endpoint 'See how an endpoint is, and try it'
            cand login 'Keep the API key of an endpoint on this machine'
            cand decode 'Take the clip out of an answer of the API'
            cand templates 'List, show, add, remove and check templates'
            cand serve 'Serve as a RunPod endpoint on this machine'
            cand worker 'Carry out the jobs of a RunPod endpoint, or one job for a test'
            cand setup 'Install the managed Blender 4.2 LTS and ffmpeg, or ptxas'
            cand doctor 'Check what this machine can do, and how to mend what it cannot'
            cand kernels 'List Blender''s kernels for NVIDIA GPUs, and build those that are missing'
            cand config 'Show and change the configuration'
            cand completions 'Print a completion script for a shell'
            cand man 'Write the man pages into a folder'
        }
        &'broll;render'= {
            cand -o 'Where the clip goes [default: TEMPLATE.mp4]'
            cand --output 'Where the clip goes [default: TEMPLATE.mp4]'
            cand --duration 'Length in seconds, from one frame to 3600 [default: the template''s, else 8]'
            cand --resolution 'Width and height, even numbers from 16 to 8192 [default: the template''s, else 1920x1080]'
            cand --samples 'Cycles samples per pixel, 1 to 65536 [default: the template''s, else 128]'
            cand --fps 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template''s, else 30]'
            cand --frames 'Frames of the template, inclusive, in its own numbering; instead of --duration'
            cand --set 'Set a parameter of the template; may be repeated'
            cand --device 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]'
            cand --encoder 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]'
            cand --quality 'Encoder quality: draft, good or master [default: good]'
            cand --seed 'Cycles seed, 0 to 2147483647 [default: 0]'
            cand --scene 'Scene to render [default: the file''s active one]'
            cand --camera 'Camera to render through [default: the scene''s]'
            cand --library 'Search this folder first'
            cand --gpus 'Use so many of the NVIDIA GPUs [default: all]'
            cand --gpu-ids 'Use these NVIDIA GPUs, by their numbers in nvidia-smi'
            cand --sessions-per-gpu 'Blender sessions on each GPU, 1 to 8 [default: 2 where the first frames leave it idle and there is room, else 1]'
            cand --stall-timeout 'Give up a Blender or an ffmpeg that is silent and idle for so many seconds, ten times as many while kernels compile'
            cand --progress 'How to show progress: auto, plain, json or off'
            cand --cpu 'Short for --device cpu --encoder libx264'
            cand --denoise 'Denoise with OpenImageDenoise (the default)'
            cand --no-denoise 'Do not denoise'
            cand --transparent 'Render the background transparent; needs --encoder prores_ks'
            cand --fresh 'Start over: do not reuse frames of earlier runs'
            cand --keep-frames 'Keep the frames when the clip is done'
            cand -f 'Replace the clip if it exists'
            cand --force 'Replace the clip if it exists'
            cand --strict 'Treat warnings about the template as errors'
            cand --dry-run 'Print the resolved job and start nothing'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;preview'= {
            cand --count 'Look at so many frames, evenly spread, 1 to 64'
            cand -o 'Where the sheet goes [default: TEMPLATE.preview.png]'
            cand --output 'Where the sheet goes [default: TEMPLATE.preview.png]'
            cand --duration 'Length in seconds, from one frame to 3600 [default: the template''s, else 8]'
            cand --resolution 'Width and height, even numbers from 16 to 8192 [default: the template''s, else 1920x1080]'
            cand --samples 'Cycles samples per pixel, 1 to 65536 [default: the template''s, else 128]'
            cand --fps 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template''s, else 30]'
            cand --frames 'Frames of the template, inclusive, in its own numbering; instead of --duration'
            cand --set 'Set a parameter of the template; may be repeated'
            cand --device 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]'
            cand --encoder 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]'
            cand --quality 'Encoder quality: draft, good or master [default: good]'
            cand --seed 'Cycles seed, 0 to 2147483647 [default: 0]'
            cand --scene 'Scene to render [default: the file''s active one]'
            cand --camera 'Camera to render through [default: the scene''s]'
            cand --library 'Search this folder first'
            cand --stall-timeout 'Give up a Blender that is silent and idle for so many seconds, ten times as many while kernels compile'
            cand --progress 'How to show progress: auto, plain, json or off'
            cand --cpu 'Short for --device cpu --encoder libx264'
            cand --denoise 'Denoise with OpenImageDenoise (the default)'
            cand --no-denoise 'Do not denoise'
            cand --transparent 'Render the background transparent; needs --encoder prores_ks'
            cand -f 'Replace the sheet if it exists'
            cand --force 'Replace the sheet if it exists'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;estimate'= {
            cand --duration 'Length in seconds, from one frame to 3600 [default: the template''s, else 8]'
            cand --resolution 'Width and height, even numbers from 16 to 8192 [default: the template''s, else 1920x1080]'
            cand --samples 'Cycles samples per pixel, 1 to 65536 [default: the template''s, else 128]'
            cand --fps 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template''s, else 30]'
            cand --frames 'Frames of the template, inclusive, in its own numbering; instead of --duration'
            cand --set 'Set a parameter of the template; may be repeated'
            cand --device 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]'
            cand --encoder 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]'
            cand --quality 'Encoder quality: draft, good or master [default: good]'
            cand --seed 'Cycles seed, 0 to 2147483647 [default: 0]'
            cand --scene 'Scene to render [default: the file''s active one]'
            cand --camera 'Camera to render through [default: the scene''s]'
            cand --scouts 'Frames to render, evenly spread over the clip'
            cand --rate 'US dollars for a second at the endpoint [default: rate_per_second, else the price of endpoint_gpu]'
            cand --library 'Search this folder first'
            cand --gpus 'Use so many of the NVIDIA GPUs [default: all]'
            cand --gpu-ids 'Use these NVIDIA GPUs, by their numbers in nvidia-smi'
            cand --sessions-per-gpu 'Blender sessions on each GPU, 1 to 8 [default: 2 where the first frames leave it idle and there is room, else 1]'
            cand --progress 'How to show progress: auto, plain, json or off'
            cand --cpu 'Short for --device cpu --encoder libx264'
            cand --denoise 'Denoise with OpenImageDenoise (the default)'
            cand --no-denoise 'Do not denoise'
            cand --transparent 'Render the background transparent; needs --encoder prores_ks'
            cand --fresh 'Throw frames of earlier runs away, and render all of them anew'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;submit'= {
            cand -o 'Where the clip goes [default: TEMPLATE.mp4]'
            cand --output 'Where the clip goes [default: TEMPLATE.mp4]'
            cand --duration 'Length in seconds, from one frame to 3600 [default: the template''s, else 8]'
            cand --resolution 'Width and height, even numbers from 16 to 8192 [default: the template''s, else 1920x1080]'
            cand --samples 'Cycles samples per pixel, 1 to 65536 [default: the template''s, else 128]'
            cand --fps 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template''s, else 30]'
            cand --frames 'Frames of the template, inclusive, in its own numbering; instead of --duration'
            cand --set 'Set a parameter of the template; may be repeated'
            cand --device 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]'
            cand --encoder 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]'
            cand --quality 'Encoder quality: draft, good or master [default: good]'
            cand --seed 'Cycles seed, 0 to 2147483647 [default: 0]'
            cand --scene 'Scene to render [default: the file''s active one]'
            cand --camera 'Camera to render through [default: the scene''s]'
            cand --endpoint 'Endpoint to send it to [default: the configuration''s]'
            cand --template-url 'Have the endpoint fetch the .blend from here (https), instead of a name or a file'
            cand --template-sha256 'SHA-256 of the .blend at --template-url, 64 hexadecimal digits'
            cand --upload-url 'Have the endpoint put the clip here (a presigned URL for PUT) if it is too large for its answer'
            cand --s3-config 'The same with an S3 bucket: a JSON file with endpointUrl, accessId, accessSecret and bucketName'
            cand --webhook 'Have RunPod tell this URL when the job ends'
            cand --execution-timeout 'Longest time the job may run, from 5s to 7d [default: 1h]'
            cand --ttl 'Longest life of the job with its time in the queue, from 10s to 7d [default: --execution-timeout and 24h more]'
            cand --max-cost 'Send nothing that will most likely cost more, and have the endpoint end the job before it does'
            cand --rate 'US dollars for a second at the endpoint [default: rate_per_second, else the price of endpoint_gpu]'
            cand --timeout 'Longest time to wait for the clip, such as 30m; the job itself goes on [default: 2h]'
            cand --progress 'How to show progress: auto, plain, json or off'
            cand --cpu 'Short for --device cpu --encoder libx264'
            cand --denoise 'Denoise with OpenImageDenoise (the default)'
            cand --no-denoise 'Do not denoise'
            cand --transparent 'Render the background transparent; needs --encoder prores_ks'
            cand --low-priority 'Start no further worker for this job: it waits for one that is running'
            cand --detach 'Print the job''s id and do not wait for the clip: `broll jobs fetch ID` gets it'
            cand -f 'Replace the clip if it exists'
            cand --force 'Replace the clip if it exists'
            cand --dry-run 'Print what would be sent, without the .blend and without secrets, and send nothing'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;jobs'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the jobs sent from this machine'
            cand status 'Show where a job is'
            cand watch 'Wait for a job and take in its clip'
            cand fetch 'Take in the clip of a job that is done'
            cand cancel 'End a job'
            cand retry 'Run a job again that failed or took too long'
        }
        &'broll;jobs;list'= {
            cand --offline 'Ask no endpoint: show what was last known'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;jobs;status'= {
            cand --endpoint 'The endpoint of a job that was sent from elsewhere [default: the configured one]'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;jobs;watch'= {
            cand --endpoint 'The endpoint of a job that was sent from elsewhere [default: the configured one]'
            cand -o 'Where the clip goes [default: where the job was told to put it]'
            cand --output 'Where the clip goes [default: where the job was told to put it]'
            cand --timeout 'Stop waiting after this time, such as 90s or 30m; the job goes on'
            cand --progress 'How to show progress: auto, plain, json or off'
            cand -f 'Replace the clip if it exists'
            cand --force 'Replace the clip if it exists'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;jobs;fetch'= {
            cand --endpoint 'The endpoint of a job that was sent from elsewhere [default: the configured one]'
            cand -o 'Where the clip goes [default: where the job was told to put it]'
            cand --output 'Where the clip goes [default: where the job was told to put it]'
            cand -f 'Replace the clip if it exists'
            cand --force 'Replace the clip if it exists'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;jobs;cancel'= {
            cand --endpoint 'The endpoint of a job that was sent from elsewhere [default: the configured one]'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;jobs;retry'= {
            cand --endpoint 'The endpoint of a job that was sent from elsewhere [default: the configured one]'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;endpoint'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
            cand health 'Show an endpoint''s queue and workers'
            cand test 'Render one second at 320x180 and show how long each stage takes'
        }
        &'broll;endpoint;health'= {
            cand --endpoint 'Which endpoint [default: the configured one]'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;endpoint;test'= {
            cand --endpoint 'Which endpoint [default: the configured one]'
            cand --template 'Render this template of the endpoint'
            cand -o 'Keep the clip here'
            cand --output 'Keep the clip here'
            cand --timeout 'Stop waiting after this time; the job goes on'
            cand --progress 'How to show progress: auto, plain, json or off'
            cand --cpu 'Short for --device cpu --encoder libx264, for an endpoint that allows it'
            cand -f 'Replace the clip if it exists'
            cand --force 'Replace the clip if it exists'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;login'= {
            cand --endpoint 'Check the key with this endpoint [default: the configured one]'
            cand --remove 'Forget the key instead'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;decode'= {
            cand -o 'Where the clip goes [default: FILE''s name with .mp4 or .mov, in the current folder]'
            cand --output 'Where the clip goes [default: FILE''s name with .mp4 or .mov, in the current folder]'
            cand -f 'Replace the clip if it exists'
            cand --force 'Replace the clip if it exists'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;templates'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List all templates'
            cand show 'Show everything about a template that can be told without Blender'
            cand search 'Search BlenderKit for scenes'
            cand add 'Add a .blend to a library'
            cand remove 'Remove a template from its library: the .blend, its manifest and its still'
            cand check 'Try a template in Blender: whether it renders, and what it takes'
        }
        &'broll;templates;list'= {
            cand --library 'Search this folder first'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;templates;show'= {
            cand --library 'Search this folder first'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;templates;search'= {
            cand --page 'The page of results, 15 on each'
            cand --type 'scene, or model: objects without a camera, which cannot be rendered by themselves'
            cand --free 'Only what needs no paid plan'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;templates;add'= {
            cand --name 'Its name in the library [default: the file''s name]'
            cand --library 'The library [default: BROLL_LIBRARY, else your own]'
            cand --resolution 'Size of the textures of a BlenderKit asset, or the nearest there is: 0.5k, 1k, 2k, 4k, 8k or original [default: original]'
            cand --max-size 'The largest BlenderKit file to download, such as 500MB or 4GB [default: 1GB]'
            cand -f 'Replace a template of this name'
            cand --force 'Replace a template of this name'
            cand --no-still 'Do not render a still of it'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;templates;remove'= {
            cand --library 'Remove it from this library only'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;templates;check'= {
            cand --library 'Search this folder first'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;serve'= {
            cand --host 'Name or address to listen on; other than this machine''s own needs a token'
            cand --port 'Port to listen on; 0 takes a free one'
            cand --token-file 'File with the token that clients must send as their API key; BROLL_SERVE_TOKEN holds it as well'
            cand --keep-results 'How long finished jobs are kept, such as 30m or 24h'
            cand --library 'Search this folder of templates first'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;worker'= {
            cand --test-input 'Carry out this one job, given as JSON or as the name of a file, and print its response'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;setup'= {
            cand --force 'Install anew what is installed already'
            cand --kernels 'Install ptxas instead, which `broll kernels build` needs: 40 MB to download, 32 MB on disk'
            cand --system-packages 'Install missing system libraries with apt-get as well, as root or with a sudo that asks for no password'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;doctor'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;kernels'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the kernels that Blender has and what this machine''s GPUs find'
            cand build 'Compile the kernels that this machine''s GPUs lack'
        }
        &'broll;kernels;list'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;kernels;build'= {
            cand --arch 'Build for this architecture, such as sm_90, whatever GPUs there are; may be repeated'
            cand --force 'Build anew what broll built before'
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'broll;config'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
            cand show 'Print every key with its value and where that came from'
            cand path 'Print the path of config.toml'
            cand set 'Change one key in config.toml and keep everything else in it'
        }
        &'broll;config;show'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;config;path'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;config;set'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;completions'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;man'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
        }
    ]
    $completions[$command]
}

# What only broll knows (templates, parameters, jobs) it is asked for; all else is above.
var broll-static = $edit:completion:arg-completer[broll]
set edit:completion:arg-completer[broll] = {|@words|
    var lines = []
    var live = ?(set lines = [(e:broll complete elvish -- $@words 2>/dev/null | from-lines)])
    if $live {
        for line $lines {
            var value @help = (str:split "\t" $line)
            var suffix = ' '
            if (or (str:has-suffix $value '=') (str:has-suffix $value '@') (str:has-suffix $value '/')) {
                set suffix = ''
            }
            edit:complex-candidate $value &code-suffix=$suffix &display=$value'  '(str:join ' ' $help)
        }
    } else {
        $broll-static $@words
    }
}
