# What only broll knows (templates, parameters, jobs) it is asked for; all else is above.
_broll() {
    local answer line value program="${~${(Q)words[1]}}"
    local -a whole open whole_told open_told
    if answer="$("$program" complete zsh -- "${(j: :)words[1,CURRENT-1]} $QIPREFIX$IPREFIX$PREFIX" 2>/dev/null)"; then
        for line in "${(@f)answer}"; do
            [[ -n "$line" ]] || continue
            value="${line%%$'\t'*}"
            line="$value${${line#"$value"}:+  -- ${line#*$'\t'}}"
            if [[ "$value" == *[=@/] ]]; then
                open+=("$value") open_told+=("$line")
            else
                whole+=("$value") whole_told+=("$line")
            fi
        done
        compadd -l -d whole_told -a whole
        compadd -l -S '' -d open_told -a open
        return 0
    fi
    _broll_static "$@"
}

