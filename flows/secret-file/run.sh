accord secret create settings --file flows/secret-file/settings.properties > /dev/null
accord run flows/secret-file
