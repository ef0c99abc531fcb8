accord project create shop > /dev/null
accord run flows/lock --project shop
