-- Tells every node something, and keeps it for nodes that are cut off from Redis now.
-- KEYS[1] notes: a stream   ARGV[1] where nodes listen   ARGV[2] note as JSON   ARGV[3] notes to keep, about
-- Returns nothing.
-- Atomic: a node that was told of a note was told of all before it.
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'note', ARGV[2])
redis.call('SPUBLISH', ARGV[1], 'm ' .. id .. '\n' .. ARGV[2])
