accord project create shop > /dev/null
encrypted=$(printf 'open sesame' | accord secret encrypt --project shop --file -)
accord run flows/encrypted-string --org Default --project shop -e encrypted="$encrypted"
