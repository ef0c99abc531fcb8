accord run flows/suspend-and-resume || test $? = 20

# the only event that it waits for need not be named
accord resume flows/suspend-and-resume -e amount=12.5 || test $? = 20

# with two, `--event` says which; `--save-as` keeps what comes along in one variable
accord resume flows/suspend-and-resume --event label -e name=LP1 --save-as printer || test $? = 20
accord resume flows/suspend-and-resume
