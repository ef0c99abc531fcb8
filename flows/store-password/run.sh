export STORE_PASSWORD='Behind-the-clock-7'
printf 'everything to the cat' | accord secret create will --file - --password-env STORE_PASSWORD > /dev/null

accord project create home > /dev/null
encrypted=$(accord secret encrypt --project home --value-env STORE_PASSWORD)
accord run flows/store-password --project home -e encrypted="$encrypted"
