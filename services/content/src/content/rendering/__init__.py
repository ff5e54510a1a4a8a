"""Images for posts: a design in, PNG and JPEG out (`render`). Needs no network, no database and no clock."""
