accord run flows/entry-points
accord run flows/entry-points --entry-point nightly
