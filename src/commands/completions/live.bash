
# What only broll knows (templates, parameters, jobs) it is asked for; all else is above.
_broll() {
    local answer
    if answer="$("${1/#\~\//${HOME}/}" complete bash --breaks "${COMP_WORDBREAKS}" -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)"; then
        COMPREPLY=()
        while IFS= read -r answer; do
            [[ -n "${answer}" ]] && COMPREPLY+=("${answer}")
        done <<< "${answer}"
        compopt +o default +o bashdefault 2>/dev/null
        if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[=@/] ]]; then
            compopt -o nospace 2>/dev/null
        fi
        return 0
    fi
    _broll_static "$@"
}
