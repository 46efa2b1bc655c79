#compdef drl
# zsh completion for drl. Load it with: source <(drl completion zsh)
_drl() {
    local line name note
    local -a candidates
    for line in "${(@f)$(drl __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        if [[ $line == ":files" ]]; then
            _files -g '*.drl'
            continue
        fi
        [[ -z $line ]] && continue
        name=${line%%$'\t'*}
        note=${line#*$'\t'}
        [[ $note == $line ]] && note=
        candidates+=("${name//:/\\:}${note:+:$note}")
    done
    if [[ ${words[CURRENT]} == --*=* ]]; then
        compset -P '*='
    fi
    (( ${#candidates} )) && _describe drl candidates
}
compdef _drl drl
