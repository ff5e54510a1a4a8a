"""Read websites that we do not control: only public addresses, pinned, bounded (invariant M4).

Fetching: `targets` (a URL's checks), `addresses`, `network` (pinning), `bodies`, `fetched`, `fetcher`, `errors`.
Parsing: `tokenizer`, `pages`, `stylesheets`. Both: `crawler`, `logo`, `extraction`.
"""
