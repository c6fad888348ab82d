#!lua flags=allow-oom
-- Notes that a signed call came, unless it came before.
-- KEYS[1] nonce:{b}:user:nonce   ARGV[1] milliseconds to keep it
-- Returns 1, or 0 when it came before.
-- Atomic: of many copies one is the first. Allowed when Redis is full: those who make room sign their calls, too.
return redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1]) and 1 or 0
