accord run flows/dry-run --dry-run
