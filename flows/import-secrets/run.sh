# they can be used where they are...
accord run flows/import-secrets --secret-dir flows/import-secrets/old

# ...or taken over into the store, once and encrypted
accord secret import flows/import-secrets/old --dry-run
accord secret import flows/import-secrets/old
accord run flows/import-secrets
