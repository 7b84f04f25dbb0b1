# shellcheck shell=bash
# Completes weir's commands, flags, presets and files for bash. What there is to complete it asks the program itself
# (weir help, weir presets), so it knows what the installed one knows.

_weir_commands() {
  "$1" help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p'
}

_weir_flags() {
  "$1" help "$2" 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p'
}

_weir_presets() {
  "$1" presets 2>/dev/null | sed -n 's/^\([^ ][^ ]*\) *[0-9.][0-9.]* .*/\1/p'
}

# The words of a list that begin with what is typed.
_weir_offer() {
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$1" -- "$2")
}

_weir_files() {
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$1")
}

_weir() {
  local weir=${COMP_WORDS[0]} command=${COMP_WORDS[1]:-} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _weir_offer "$(_weir_commands "$weir") --version --help" "$word"
    return
  fi
  case $before in
    --profile)
      _weir_offer "$(_weir_presets "$weir")" "$word"
      _weir_files "$word"
      return
      ;;
    --log | --stats | --pcap | --html)
      _weir_files "$word"
      return
      ;;
  esac
  case $command in
    help)
      _weir_offer "$(_weir_commands "$weir")" "$word"
      return
      ;;
    presets)
      _weir_offer "$(_weir_presets "$weir")" "$word"
      return
      ;;
  esac
  if [[ $word == -* ]]; then
    _weir_offer "$(_weir_flags "$weir" "$command")" "$word"
    return
  fi
  case $command in
    check | explain) _weir_offer "$(_weir_presets "$weir")" "$word" ;;
  esac
  _weir_files "$word"
}

complete -o filenames -F _weir weir
