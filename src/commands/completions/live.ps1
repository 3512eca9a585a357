
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
