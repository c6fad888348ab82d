-- Takes an entry out of a stream in which an earlier version kept dead letters, and the stream away with its last one.
-- KEYS[1] gifts-dead:{b} or claims-dead:{b}   ARGV[1] entry
-- Returns how many entries are left.
-- Atomic: what a process of the earlier version adds meanwhile is never taken away unread.
redis.call('XDEL', KEYS[1], ARGV[1])
local left = redis.call('XLEN', KEYS[1])
if left == 0 then redis.call('UNLINK', KEYS[1]) end
return left
