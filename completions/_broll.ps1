
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'broll' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'broll'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'broll' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Render a template to a clip on this machine')
            [CompletionResult]::new('templates', 'templates', [CompletionResultType]::ParameterValue, 'List, show, add, remove and check templates')
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Install the managed Blender 4.2 LTS and ffmpeg')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check what this machine can do, and how to mend what it cannot')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show and change the configuration')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write the man pages into a folder')
            break
        }
        'broll;render' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where the clip goes [default: TEMPLATE.mp4]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where the clip goes [default: TEMPLATE.mp4]')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'Length in seconds, from one frame to 3600 [default: the template''s, else 8]')
            [CompletionResult]::new('--resolution', '--resolution', [CompletionResultType]::ParameterName, 'Width and height, even numbers from 16 to 8192 [default: the template''s, else 1920x1080]')
            [CompletionResult]::new('--samples', '--samples', [CompletionResultType]::ParameterName, 'Cycles samples per pixel, 1 to 65536 [default: the template''s, else 128]')
            [CompletionResult]::new('--fps', '--fps', [CompletionResultType]::ParameterName, 'Frames per second, 1 to 240, such as 30 or 30000/1001 [default: the template''s, else 30]')
            [CompletionResult]::new('--frames', '--frames', [CompletionResultType]::ParameterName, 'Frames of the template, inclusive, in its own numbering; instead of --duration')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a parameter of the template; may be repeated')
            [CompletionResult]::new('--device', '--device', [CompletionResultType]::ParameterName, 'What to render on: auto, optix, cuda, hip, oneapi, metal or cpu [default: auto, which never takes the CPU]')
            [CompletionResult]::new('--encoder', '--encoder', [CompletionResultType]::ParameterName, 'What encodes: h264_nvenc, hevc_nvenc, av1_nvenc, libx264, libx265 or prores_ks [default: h264_nvenc]')
            [CompletionResult]::new('--quality', '--quality', [CompletionResultType]::ParameterName, 'Encoder quality: draft, good or master [default: good]')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Cycles seed, 0 to 2147483647 [default: 0]')
            [CompletionResult]::new('--scene', '--scene', [CompletionResultType]::ParameterName, 'Scene to render [default: the file''s active one]')
            [CompletionResult]::new('--camera', '--camera', [CompletionResultType]::ParameterName, 'Camera to render through [default: the scene''s]')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Search this folder first')
            [CompletionResult]::new('--stall-timeout', '--stall-timeout', [CompletionResultType]::ParameterName, 'Give a Blender up that is silent and idle for so many seconds')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress: auto, plain, json or off')
            [CompletionResult]::new('--cpu', '--cpu', [CompletionResultType]::ParameterName, 'Short for --device cpu --encoder libx264')
            [CompletionResult]::new('--denoise', '--denoise', [CompletionResultType]::ParameterName, 'Denoise with OpenImageDenoise (the default)')
            [CompletionResult]::new('--no-denoise', '--no-denoise', [CompletionResultType]::ParameterName, 'Do not denoise')
            [CompletionResult]::new('--transparent', '--transparent', [CompletionResultType]::ParameterName, 'Render the background transparent; needs --encoder prores_ks')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Start over: do not reuse frames of earlier runs')
            [CompletionResult]::new('--keep-frames', '--keep-frames', [CompletionResultType]::ParameterName, 'Keep the frames when the clip is done')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Treat warnings about the template as errors')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the resolved job and start nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;templates' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List all templates')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show everything about a template that can be told without Blender')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a .blend to a library')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a template from its library: the .blend and its manifest')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Try a template in Blender: whether it renders, and what it takes')
            break
        }
        'broll;templates;list' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Search this folder first')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;templates;show' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Search this folder first')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;templates;add' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Its name in the library [default: the file''s name]')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'The library [default: BROLL_LIBRARY, else your own]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace a template of this name')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a template of this name')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;templates;remove' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Remove it from this library only')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;templates;check' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Search this folder first')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;setup' {
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Install anew what is installed already')
            [CompletionResult]::new('--system-packages', '--system-packages', [CompletionResultType]::ParameterName, 'Install missing system libraries with apt-get as well, as root or with a sudo that asks for no password')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;doctor' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;config' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print every key with its value and where that came from')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of config.toml')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change one key in config.toml and keep everything else in it')
            break
        }
        'broll;config;show' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;config;path' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;config;set' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;completions' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;man' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
