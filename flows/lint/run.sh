# exit code 10: there are errors. `--format json` gives one finding a line, for editors and pipelines
accord lint flows/lint 2>&1 || echo "exit code $?"
