accord run flows/task-defaults --default-task-vars flows/task-defaults/defaults.json
