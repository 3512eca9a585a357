
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
