"""Lists of accounts with many rows."""

from content.__main__ import service as content
from testing.conventions import ListConventions

_MONTH = "to_char(date '2026-12-01' + make_interval(months => {0}), 'YYYY-MM')"
_BRIEFS = f"""
    INSERT INTO content.monthly_brief (id, account_id, month, primary_focus, promo_enabled, promo_text, tone, notes)
    SELECT gen_random_uuid(), $1::uuid, {_MONTH.format("n")}, 'OTHER', false, '', 'NEUTRAL', ''
    FROM generate_series(1, $2::int) AS n
"""
_ITEMS = f"""
    INSERT INTO content.content_item (
        id, account_id, monthly_brief_id, month, position, type, title, caption, hashtags, headline, subline, alt_text,
        media, platform_targets, status, edit_count, revision, content_hash
    )
    SELECT gen_random_uuid(), $1::uuid, gen_random_uuid(), {_MONTH.format("n / 12")}, n % 12, 'POST', 'A title',
        repeat('A caption. ', 20), '{{}}', '', '', '', jsonb_build_object(
            'url', 'http://m.example/1.png', 'png', jsonb_build_object('url', 'http://m.example/1.png', 'sha256', ''),
            'jpeg', jsonb_build_object('url', 'http://m.example/1.jpg', 'sha256', ''), 'width', 1080, 'height', 1080,
            'layout', 1, 'source', 'DRAWN', 'shown_text', '', 'notice', NULL
        ),
        '{{FACEBOOK,INSTAGRAM}}', CASE WHEN n > $2::int - 3 THEN 'DRAFT' ELSE 'PUBLISHED' END, 0, 1, ''
    FROM generate_series(1, $2::int) AS n
"""
_POSTS = """
    INSERT INTO content.platform_post
        (id, account_id, content_id, platform, item_id, item_revision, delivery_revision, status)
    SELECT gen_random_uuid(), account_id, id, platform, gen_random_uuid(), 1, 1, 'PUBLISHED'
    FROM content.content_item, unnest(platform_targets) AS platform
    WHERE account_id = $1::uuid AND $2::int > 0
"""
_GENERATIONS = f"""
    INSERT INTO content.generation
        (id, account_id, monthly_brief_id, month, requested_by, status, post_count, finished_at)
    SELECT gen_random_uuid(), $1::uuid, gen_random_uuid(), {_MONTH.format("n / 100")}, gen_random_uuid(), 'COMPLETED',
        1, now()
    FROM generate_series(1, $2::int) AS n
"""
_PLANNED = """
    INSERT INTO content.generation_post
        (id, account_id, generation_id, position, type, title, angle, headline, status)
    SELECT gen_random_uuid(), account_id, id, 0, 'POST', '', '', '', 'DONE'
    FROM content.generation WHERE account_id = $1::uuid AND $2::int > 0
"""

LISTS = {
    "/api/briefs": [],
    "/api/content": [
        {"month": "2027-06"},
        {"status": "DRAFT"},
        {"status": "PUBLISHED"},
        {"month": "2027-06", "status": "DRAFT"},
    ],
    "/api/content/generations": [{"month": "2026-12"}],
}
ROWS = [_BRIEFS, _ITEMS, _POSTS, _GENERATIONS, _PLANNED]


class TestLists(ListConventions):
    service = content
    lists = LISTS
    rows = ROWS
