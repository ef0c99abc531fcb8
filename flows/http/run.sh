# a web server for this example; it says on which port it listens
mkfifo port
perl flows/http/server.pl > port &
trap "kill $!" EXIT
read -r port < port

export PASSWORD='correct horse'
accord secret create tea-shop --username ada --value-env PASSWORD > /dev/null
accord run flows/http -e server="http://127.0.0.1:$port"
