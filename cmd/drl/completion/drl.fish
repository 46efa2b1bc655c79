# fish completion for drl. Load it with: drl completion fish | source
function __drl_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l flag (string match -r '^--[^=]*=' -- $words[-1])
    for line in (drl __complete -- $words[2..-1] 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_suffix .drl
        else
            printf '%s\n' "$flag$line"
        end
    end
end
complete -c drl -f -a '(__drl_complete)'
