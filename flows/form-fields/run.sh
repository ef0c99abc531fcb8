accord run flows/form-fields --no-prompt || test $? = 20

# wrong answers, in the words of forms/account/locale.properties
accord resume flows/form-fields -e password=short 2> wrong || echo "exit code $?"
grep '^error' wrong

accord resume flows/form-fields -e languages='[en, pl]' -e password=correct-horse
