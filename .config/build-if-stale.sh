# Builds when anything is newer than what was built, or nothing was. Folders count too: a file may have been removed.
if test -n "$(find src connections tsconfig.json .config/tsconfig.build.json -newer dist/.tsbuildinfo 2>&1 | head -n 1)"; then
  mkdir -p dist && touch dist/.build-began
  # The compiler leaves its notes as they are when nothing that it reads has changed.
  npm run --silent build && touch -r dist/.build-began dist/.tsbuildinfo
fi
