# the tests, and which steps they have run
accord test flows/testing --coverage
