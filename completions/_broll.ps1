
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'broll' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # What only broll knows (templates, parameters, jobs) it is asked for; all else is below.
    $length = [Math]::Min($cursorPosition - $commandAst.Extent.StartOffset, $commandAst.Extent.Text.Length)
    $line = $commandAst.Extent.Text.Substring(0, [Math]::Max($length, 0))
    if ($wordToComplete -eq '' -and -not $line.EndsWith(' ')) {
        $line += ' '
    }
    $answer = @(& $commandAst.GetCommandName() complete powershell -- $line 2>$null)
    if ($LASTEXITCODE -eq 0) {
        $answer | Where-Object { $_ } | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            $text = if ($value -match '[^\w./=:+-]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
            [CompletionResult]::new($text, $value, [CompletionResultType]::ParameterValue, $(if ($help) { $help } else { $value }))
        }
        return
    }

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
            [CompletionResult]::new('preview', 'preview', [CompletionResultType]::ParameterValue, 'Look at a few frames of a clip before it is rendered')
            [CompletionResult]::new('estimate', 'estimate', [CompletionResultType]::ParameterValue, 'Tell what a clip will take, time and price, before it is made')
            [CompletionResult]::new('submit', 'submit', [CompletionResultType]::ParameterValue, 'Render a template to a clip on a RunPod endpoint')
            [CompletionResult]::new('jobs', 'jobs', [CompletionResultType]::ParameterValue, 'See, await, fetch and end the jobs sent to an endpoint')
            [CompletionResult]::new('endpoint', 'endpoint', [CompletionResultType]::ParameterValue, 'See how an endpoint is, and try it')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Keep the API key of an endpoint on this machine')
            [CompletionResult]::new('decode', 'decode', [CompletionResultType]::ParameterValue, 'Take the clip out of an answer of the API')
            [CompletionResult]::new('templates', 'templates', [CompletionResultType]::ParameterValue, 'List, show, add, remove and check templates')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve as a RunPod endpoint on this machine')
            [CompletionResult]::new('worker', 'worker', [CompletionResultType]::ParameterValue, 'Carry out the jobs of a RunPod endpoint, or one job for a test')
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Install the managed Blender 4.2 LTS and ffmpeg, or ptxas')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check what this machine can do, and how to mend what it cannot')
            [CompletionResult]::new('kernels', 'kernels', [CompletionResultType]::ParameterValue, 'List Blender''s kernels for NVIDIA GPUs, and build those that are missing')
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
            [CompletionResult]::new('--gpus', '--gpus', [CompletionResultType]::ParameterName, 'Use so many of the NVIDIA GPUs [default: all]')
            [CompletionResult]::new('--gpu-ids', '--gpu-ids', [CompletionResultType]::ParameterName, 'Use these NVIDIA GPUs, by their numbers in nvidia-smi')
            [CompletionResult]::new('--sessions-per-gpu', '--sessions-per-gpu', [CompletionResultType]::ParameterName, 'Blender sessions on each GPU, 1 to 8 [default: 2 where the first frames leave it idle and there is room, else 1]')
            [CompletionResult]::new('--stall-timeout', '--stall-timeout', [CompletionResultType]::ParameterName, 'Give up a Blender or an ffmpeg that is silent and idle for so many seconds, ten times as many while kernels compile')
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
        'broll;preview' {
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Look at so many frames, evenly spread, 1 to 64')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where the sheet goes [default: TEMPLATE.preview.png]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where the sheet goes [default: TEMPLATE.preview.png]')
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
            [CompletionResult]::new('--stall-timeout', '--stall-timeout', [CompletionResultType]::ParameterName, 'Give up a Blender that is silent and idle for so many seconds, ten times as many while kernels compile')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress: auto, plain, json or off')
            [CompletionResult]::new('--cpu', '--cpu', [CompletionResultType]::ParameterName, 'Short for --device cpu --encoder libx264')
            [CompletionResult]::new('--denoise', '--denoise', [CompletionResultType]::ParameterName, 'Denoise with OpenImageDenoise (the default)')
            [CompletionResult]::new('--no-denoise', '--no-denoise', [CompletionResultType]::ParameterName, 'Do not denoise')
            [CompletionResult]::new('--transparent', '--transparent', [CompletionResultType]::ParameterName, 'Render the background transparent; needs --encoder prores_ks')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace the sheet if it exists')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the sheet if it exists')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;estimate' {
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
            [CompletionResult]::new('--scouts', '--scouts', [CompletionResultType]::ParameterName, 'Frames to render, evenly spread over the clip')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'US dollars for a second at the endpoint [default: rate_per_second, else the price of endpoint_gpu]')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Search this folder first')
            [CompletionResult]::new('--gpus', '--gpus', [CompletionResultType]::ParameterName, 'Use so many of the NVIDIA GPUs [default: all]')
            [CompletionResult]::new('--gpu-ids', '--gpu-ids', [CompletionResultType]::ParameterName, 'Use these NVIDIA GPUs, by their numbers in nvidia-smi')
            [CompletionResult]::new('--sessions-per-gpu', '--sessions-per-gpu', [CompletionResultType]::ParameterName, 'Blender sessions on each GPU, 1 to 8 [default: 2 where the first frames leave it idle and there is room, else 1]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress: auto, plain, json or off')
            [CompletionResult]::new('--cpu', '--cpu', [CompletionResultType]::ParameterName, 'Short for --device cpu --encoder libx264')
            [CompletionResult]::new('--denoise', '--denoise', [CompletionResultType]::ParameterName, 'Denoise with OpenImageDenoise (the default)')
            [CompletionResult]::new('--no-denoise', '--no-denoise', [CompletionResultType]::ParameterName, 'Do not denoise')
            [CompletionResult]::new('--transparent', '--transparent', [CompletionResultType]::ParameterName, 'Render the background transparent; needs --encoder prores_ks')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Throw frames of earlier runs away, and render all of them anew')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;submit' {
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
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Endpoint to send it to [default: the configuration''s]')
            [CompletionResult]::new('--template-url', '--template-url', [CompletionResultType]::ParameterName, 'Have the endpoint fetch the .blend from here (https), instead of a name or a file')
            [CompletionResult]::new('--template-sha256', '--template-sha256', [CompletionResultType]::ParameterName, 'SHA-256 of the .blend at --template-url, 64 hexadecimal digits')
            [CompletionResult]::new('--upload-url', '--upload-url', [CompletionResultType]::ParameterName, 'Have the endpoint put the clip here (a presigned URL for PUT) if it is too large for its answer')
            [CompletionResult]::new('--s3-config', '--s3-config', [CompletionResultType]::ParameterName, 'The same with an S3 bucket: a JSON file with endpointUrl, accessId, accessSecret and bucketName')
            [CompletionResult]::new('--webhook', '--webhook', [CompletionResultType]::ParameterName, 'Have RunPod tell this URL when the job ends')
            [CompletionResult]::new('--execution-timeout', '--execution-timeout', [CompletionResultType]::ParameterName, 'Longest time the job may run, from 5s to 7d [default: 1h]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Longest life of the job with its time in the queue, from 10s to 7d [default: --execution-timeout and 24h more]')
            [CompletionResult]::new('--max-cost', '--max-cost', [CompletionResultType]::ParameterName, 'Send nothing that will most likely cost more, and have the endpoint end the job before it does')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'US dollars for a second at the endpoint [default: rate_per_second, else the price of endpoint_gpu]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Longest time to wait for the clip, such as 30m; the job itself goes on [default: 2h]')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress: auto, plain, json or off')
            [CompletionResult]::new('--cpu', '--cpu', [CompletionResultType]::ParameterName, 'Short for --device cpu --encoder libx264')
            [CompletionResult]::new('--denoise', '--denoise', [CompletionResultType]::ParameterName, 'Denoise with OpenImageDenoise (the default)')
            [CompletionResult]::new('--no-denoise', '--no-denoise', [CompletionResultType]::ParameterName, 'Do not denoise')
            [CompletionResult]::new('--transparent', '--transparent', [CompletionResultType]::ParameterName, 'Render the background transparent; needs --encoder prores_ks')
            [CompletionResult]::new('--low-priority', '--low-priority', [CompletionResultType]::ParameterName, 'Start no further worker for this job: it waits for one that is running')
            [CompletionResult]::new('--detach', '--detach', [CompletionResultType]::ParameterName, 'Print the job''s id and do not wait for the clip: `broll jobs fetch ID` gets it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be sent, without the .blend and without secrets, and send nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;jobs' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the jobs sent from this machine')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show where a job is')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Wait for a job and take in its clip')
            [CompletionResult]::new('fetch', 'fetch', [CompletionResultType]::ParameterValue, 'Take in the clip of a job that is done')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'End a job')
            [CompletionResult]::new('retry', 'retry', [CompletionResultType]::ParameterValue, 'Run a job again that failed or took too long')
            break
        }
        'broll;jobs;list' {
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Ask no endpoint: show what was last known')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;jobs;status' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'The endpoint of a job that was sent from elsewhere [default: the configured one]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;jobs;watch' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'The endpoint of a job that was sent from elsewhere [default: the configured one]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where the clip goes [default: where the job was told to put it]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where the clip goes [default: where the job was told to put it]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop waiting after this time, such as 90s or 30m; the job goes on')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress: auto, plain, json or off')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;jobs;fetch' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'The endpoint of a job that was sent from elsewhere [default: the configured one]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where the clip goes [default: where the job was told to put it]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where the clip goes [default: where the job was told to put it]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;jobs;cancel' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'The endpoint of a job that was sent from elsewhere [default: the configured one]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;jobs;retry' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'The endpoint of a job that was sent from elsewhere [default: the configured one]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;endpoint' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('health', 'health', [CompletionResultType]::ParameterValue, 'Show an endpoint''s queue and workers')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Render one second at 320x180 and show how long each stage takes')
            break
        }
        'broll;endpoint;health' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Which endpoint [default: the configured one]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'broll;endpoint;test' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Which endpoint [default: the configured one]')
            [CompletionResult]::new('--template', '--template', [CompletionResultType]::ParameterName, 'Render this template of the endpoint')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Keep the clip here')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Keep the clip here')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Stop waiting after this time; the job goes on')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'How to show progress: auto, plain, json or off')
            [CompletionResult]::new('--cpu', '--cpu', [CompletionResultType]::ParameterName, 'Short for --device cpu --encoder libx264, for an endpoint that allows it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;login' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Check the key with this endpoint [default: the configured one]')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'Forget the key instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;decode' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Where the clip goes [default: FILE''s name with .mp4 or .mov, in the current folder]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Where the clip goes [default: FILE''s name with .mp4 or .mov, in the current folder]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the clip if it exists')
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
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Search BlenderKit for scenes')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a .blend to a library')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a template from its library: the .blend, its manifest and its still')
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
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;templates;search' {
            [CompletionResult]::new('--page', '--page', [CompletionResultType]::ParameterName, 'The page of results, 15 on each')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'scene, or model: objects without a camera, which cannot be rendered by themselves')
            [CompletionResult]::new('--free', '--free', [CompletionResultType]::ParameterName, 'Only what needs no paid plan')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;templates;add' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Its name in the library [default: the file''s name]')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'The library [default: BROLL_LIBRARY, else your own]')
            [CompletionResult]::new('--resolution', '--resolution', [CompletionResultType]::ParameterName, 'Size of the textures of a BlenderKit asset, or the nearest there is: 0.5k, 1k, 2k, 4k, 8k or original [default: original]')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'The largest BlenderKit file to download, such as 500MB or 4GB [default: 1GB]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Replace a template of this name')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a template of this name')
            [CompletionResult]::new('--no-still', '--no-still', [CompletionResultType]::ParameterName, 'Do not render a still of it')
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
        'broll;serve' {
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Name or address to listen on; other than this machine''s own needs a token')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to listen on; 0 takes a free one')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'File with the token that clients must send as their API key; BROLL_SERVE_TOKEN holds it as well')
            [CompletionResult]::new('--keep-results', '--keep-results', [CompletionResultType]::ParameterName, 'How long finished jobs are kept, such as 30m or 24h')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Search this folder of templates first')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;worker' {
            [CompletionResult]::new('--test-input', '--test-input', [CompletionResultType]::ParameterName, 'Carry out this one job, given as JSON or as the name of a file, and print its response')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;setup' {
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Install anew what is installed already')
            [CompletionResult]::new('--kernels', '--kernels', [CompletionResultType]::ParameterName, 'Install ptxas instead, which `broll kernels build` needs: 40 MB to download, 32 MB on disk')
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
        'broll;kernels' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the kernels that Blender has and what this machine''s GPUs find')
            [CompletionResult]::new('build', 'build', [CompletionResultType]::ParameterValue, 'Compile the kernels that this machine''s GPUs lack')
            break
        }
        'broll;kernels;list' {
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'broll;kernels;build' {
            [CompletionResult]::new('--arch', '--arch', [CompletionResultType]::ParameterName, 'Build for this architecture, such as sm_90, whatever GPUs there are; may be repeated')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Build anew what broll built before')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the answer, or the error, as one JSON object on stdout')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
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
