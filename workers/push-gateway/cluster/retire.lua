-- Ends a holder's lease before its time.
-- KEYS[1] leases   KEYS[2] the dead: holder -> until when somebody clears it away   KEYS[3] what the holder has
-- ARGV[1] holder   ARGV[2] ms the caller has for clearing away what it left
-- Returns 1 when it left something, else 0.
-- Atomic: from here on the holder adds nothing; what it left is the caller's to clear away, and after that time anybody's.
redis.call('ZREM', KEYS[1], ARGV[1])
if redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 0
end
local now = redis.call('TIME')
redis.call('ZADD', KEYS[2], now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[2], ARGV[1])
return 1
