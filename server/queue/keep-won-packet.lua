-- Remembers a packet that a viewer was shown as won, and queues it, where Redis has forgotten that it was. For the viewer's home
-- shard; the packet itself was taken out of its own shard before.
-- KEYS[1] rain-viewers:{b}:id   KEYS[2] claims:{b}, the queue
-- ARGV[1] viewer   ARGV[2] claim id   ARGV[3] "index:coins"   ARGV[4] the queue entry   ARGV[5] seconds to keep what viewers got
-- Returns 1, or 0 when this claim has a packet here.
-- Atomic: a packet is queued exactly when it is remembered.
local known = redis.call('HGET', KEYS[1], ARGV[1]) or '|'
if string.find(known, ARGV[2] .. '=', 1, true) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], known .. ARGV[2] .. '=' .. ARGV[3] .. ';')
redis.call('EXPIRE', KEYS[1], ARGV[5], 'NX')
redis.call('XADD', KEYS[2], '*', 'g', ARGV[4])
return 1
