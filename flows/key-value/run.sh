accord project create shop > /dev/null

accord run flows/key-value
accord run flows/key-value
# processes of a project have keys of their own
accord run flows/key-value --project shop
