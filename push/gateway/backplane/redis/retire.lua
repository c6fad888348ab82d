-- Ends a holder's lease before its time.
-- KEYS[1] leases   KEYS[2] the dead: holder -> until when somebody clears it away   KEYS[3] what the holder has
-- KEYS[4] places in which it counts viewers
-- ARGV[1] holder   ARGV[2] ms the caller has for clearing away what it left
-- Returns 1 when it left sockets, 2 when it left only viewers, 0 when it left nothing.
-- Atomic: from here on the holder adds nothing; what it left is the caller's to clear away, and after that time anybody's.
redis.call('ZREM', KEYS[1], ARGV[1])
local hasSockets = redis.call('EXISTS', KEYS[3]) == 1
if not hasSockets and redis.call('EXISTS', KEYS[4]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 0
end
local now = redis.call('TIME')
redis.call('ZADD', KEYS[2], now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[2], ARGV[1])
return hasSockets and 1 or 2
