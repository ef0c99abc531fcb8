accord project create shop > /dev/null
accord project create garden > /dev/null
printf 'tiger-tiger-42' | accord secret create shop-token --file - --project shop > /dev/null

accord run flows/project-scope --org Default --project shop
accord run flows/project-scope --org Default --project garden
accord run flows/project-scope
