
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
            cand templates 'List, show, add, remove and check templates'
            cand setup 'Install the managed Blender 4.2 LTS and ffmpeg'
            cand doctor 'Check what this machine can do, and how to mend what it cannot'
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
            cand --stall-timeout 'Give a Blender up that is silent and idle for so many seconds'
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
        &'broll;templates'= {
            cand --json 'Print the answer, or the error, as one JSON object on stdout'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List all templates'
            cand show 'Show everything about a template that can be told without Blender'
            cand add 'Add a .blend to a library'
            cand remove 'Remove a template from its library: the .blend and its manifest'
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
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'broll;templates;add'= {
            cand --name 'Its name in the library [default: the file''s name]'
            cand --library 'The library [default: BROLL_LIBRARY, else your own]'
            cand -f 'Replace a template of this name'
            cand --force 'Replace a template of this name'
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
        &'broll;setup'= {
            cand --force 'Install anew what is installed already'
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
