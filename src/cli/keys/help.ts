export const keysHelp = `  keys list        which wrapping key wraps how much, and whether everything is sealed under the newest data keys
  keys rotate      wraps all data keys anew by the newest key; the hub may work meanwhile, and it may be broken off and done again
    --reseal       gives every customer a new data key as well and seals everything anew: after a key has leaked
    --no-wait      with --reseal, does not wait until no process can still seal under an older data key
    --dry-run      only tells what would be done
  keys retire <id> ends a wrapping key, when nothing is wrapped by it any more; --dry-run only looks
`;
