# a process that timed out has failed: exit code 1, and it says which limit it was
accord run flows/timeouts 2> why || echo "exit code $?"
grep '^error' why

# too late: whatever comes along now, the process is over
accord run flows/timeouts --entry-point waiting 2> /dev/null || test $? = 20
accord resume flows/timeouts --event answer 2> why || echo "exit code $?"
grep '^error' why
