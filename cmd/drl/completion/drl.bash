# bash completion for drl. Load it with: source <(drl completion bash)
_drl() {
    local IFS=$'\n' line
    local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    # Readline splits at = and :, which are part of a drl flag.
    local joined=() word
    for word in "${words[@]}"; do
        if [[ ${#joined[@]} -gt 0 && ( $word == "=" || ${joined[-1]} == *= ) && ${joined[-1]} == --* ]]; then
            joined[-1]+=$word
        else
            joined+=("$word")
        fi
    done
    COMPREPLY=()
    while read -r line; do
        if [[ $line == ":files" ]]; then
            compopt -o filenames 2>/dev/null
            COMPREPLY+=($(compgen -f -X '!*.drl' -- "${COMP_WORDS[COMP_CWORD]}") $(compgen -d -- "${COMP_WORDS[COMP_CWORD]}"))
        else
            COMPREPLY+=("${line%%$'\t'*}")
        fi
    done < <(drl __complete -- "${joined[@]}" 2>/dev/null)
}
complete -F _drl drl
