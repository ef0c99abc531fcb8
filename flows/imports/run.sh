# a repository to import from, as it would be on a server
mkdir -p kitchen/recipes/flows/drafts
cd kitchen/recipes
git init --quiet --initial-branch=main
printf 'flows:\n  bake:\n    - log: "baking ${what} by the recipe"\n' > flows/bake.concord.yml
printf 'not a flow yet' > flows/drafts/cake.concord.yml
git add .
git -c user.name=cook -c user.email=cook@example.com commit --quiet --message='The first recipe'
git tag v1
cd ../..

accord run flows/imports --imports-source "file://$PWD"

# what was imported lies in the working directory, and the repository in the cache
ls flows/imports/target/concord
