accord run flows/mocks --entry-point testOrder
