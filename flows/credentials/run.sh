# Values come from a prompt, a file or standard input, never from an argument.
printf 'correct horse' | accord secret create registry-login --username ada
accord run flows/credentials
