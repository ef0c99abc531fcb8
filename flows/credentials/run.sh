# Values come from a prompt, a file, standard input or the environment, never from an argument.
export PASSWORD='correct horse'
accord secret create registry-login --username ada --value-env PASSWORD > /dev/null
accord run flows/credentials
