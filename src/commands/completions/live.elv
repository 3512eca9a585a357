
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
