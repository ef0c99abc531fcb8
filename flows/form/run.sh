# exit code 20: suspended
accord run flows/form --no-prompt || test $? = 20

# what does it ask?
accord resume flows/form --describe-input

# wrong answers change nothing, exit code 21: input required
accord resume flows/form -e name=Ada -e tea=coffee -e cups=9 2> wrong || echo "exit code $?"
grep '^error' wrong

# right ones, out of a file
accord resume flows/form --input-file flows/form/order.yml || test $? = 20

# the second form, answered in place
accord resume flows/form -e when=today
