accord run flows/out-variables --out result.json
cat result.json
