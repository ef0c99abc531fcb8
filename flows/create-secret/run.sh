accord run flows/create-secret -e token=tiger-tiger-42
accord secret list
