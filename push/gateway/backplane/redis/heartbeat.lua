-- Renews a holder's lease and hands out holders whose lease ran out, for the caller to clear away.
-- KEYS[1] leases: holder -> when it ends, in ms   KEYS[2] the dead: holder -> until when somebody clears it away
-- ARGV[1] holder   ARGV[2] lease in ms   ARGV[3] '1' to begin, '0' to renew   ARGV[4] ms the caller has for clearing away
-- Returns a list of dead holders, which is the caller's alone for that time, or 'GONE' when there was no lease to renew.
-- Atomic: a holder that is handed out has no lease any more, so it cannot add anything to what is cleared away.
local now = redis.call('TIME')
local nowMs = now[1] * 1000 + math.floor(now[2] / 1000)
if ARGV[3] == '0' and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'GONE' end
redis.call('ZADD', KEYS[1], nowMs + ARGV[2], ARGV[1])

for _, holder in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. nowMs)) do
  redis.call('ZREM', KEYS[1], holder)
  redis.call('ZADD', KEYS[2], 0, holder)
end
local dead = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. nowMs)
for _, holder in ipairs(dead) do redis.call('ZADD', KEYS[2], nowMs + ARGV[4], holder) end
return dead
