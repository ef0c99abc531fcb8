accord run flows/arguments-and-profiles

# -p applies a profile, -e sets a variable: the command line has the last word
accord run flows/arguments-and-profiles -p staging -e greeting=Welcome -e server.port=9090
