accord run flows/json-log --log-format json
