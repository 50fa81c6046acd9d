DROP TABLE share_replies;

DROP TABLE share_links;

DROP TABLE share_items;

DROP TABLE shares;

DROP FUNCTION refuse_more_than_a_reply;

DROP FUNCTION ctx_share, ctx_share_client, ctx_share_link;

DROP FUNCTION ctx_by_share;
