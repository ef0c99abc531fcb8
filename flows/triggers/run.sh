accord lint flows/triggers

# what the server would start, tried by hand
accord run flows/triggers --entry-point nightly -e mode=all
