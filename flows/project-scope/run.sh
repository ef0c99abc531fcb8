accord project create --org Default shop
accord project create --org Default garden
printf 'tiger-tiger-42' | accord secret create shop-token --project shop

accord run flows/project-scope --org Default --project shop
accord run flows/project-scope --org Default --project garden
accord run flows/project-scope
