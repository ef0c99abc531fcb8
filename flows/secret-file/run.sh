accord secret create settings --file flows/secret-file/settings.properties
accord run flows/secret-file
