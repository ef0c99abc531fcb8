accord project create --org Default shop
encrypted=$(printf 'open sesame' | accord secret encrypt --org Default --project shop)
accord run flows/encrypted-string --org Default --project shop -e encrypted="$encrypted"
