# without --checkpoints they are passed over
accord run flows/checkpoints

# kept below target/; `resume` goes on behind the one that it is given, with the variables of that moment
accord run flows/checkpoints --checkpoints
accord resume flows/checkpoints --checkpoint "built"
