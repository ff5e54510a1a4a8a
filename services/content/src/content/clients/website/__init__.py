"""Read websites that we do not control: only public addresses, pinned, bounded (invariant M4).

Fetching: `targets` (a URL's checks), `addresses`, `network` (pinning), `heads`, `bodies`, `fetched`, `fetcher`,
`errors`.
Reading: `document` (the tree), `regions`, `consent`, `text`, `structured`, `forwards`, `pages`; `stylesheets`.
Choosing: `links`, `vocabulary`, `robots`. All of it: `crawler`, `logo`, `extraction`, `understanding`.
"""
