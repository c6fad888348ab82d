-- Says that a process lives, and drops those of which nothing was heard for long, or the oldest of too many.
-- KEYS[1] {services}:beats (sorted set: last beat in ms)  KEYS[2] {services}:starts (sorted set: first beat)  KEYS[3] {services}:rows (hash)
-- ARGV[1] id of the process  ARGV[2] what it says of itself, as JSON  ARGV[3] ms for which the silent are kept  ARGV[4] rows at most
-- Returns this Redis' time in ms.
-- Atomic: whoever reads the rows finds a beat and a start for each.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZADD', KEYS[2], 'NX', now, ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3], 'LIMIT', 0, 100)
local over = redis.call('ZCARD', KEYS[1]) - #old - ARGV[4]
if over > 0 then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], #old, #old + over - 1)) do old[#old + 1] = id end
end
for _, id in ipairs(old) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
  redis.call('HDEL', KEYS[3], id)
end
return now
