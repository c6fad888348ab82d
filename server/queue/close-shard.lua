#!lua flags=allow-oom
-- Ends a shard of a rain: nothing is popped any more. Allowed when Redis is full: it drops what was not popped.
-- KEYS[1] rain:{b}:id   KEYS[2] rain-packets:{b}:id   KEYS[3] rain-viewers:{b}:id   KEYS[4] claims:{b}
-- ARGV[1] seconds to remember who got what
-- Returns {packets that were popped, -1 when Redis has lost the shard; the last entry of the queue, '' when it is empty}
-- Atomic and repeatable: every packet that was popped is an entry up to that last one, or was credited already.
local state = redis.call('HMGET', KEYS[1], 'open', 'count', 'popped')
local popped = -1
if state[1] then
  popped = state[3]
  if state[1] ~= 'over' then
    popped = tonumber(state[2]) - redis.call('LLEN', KEYS[2])
    redis.call('HSET', KEYS[1], 'open', 'over', 'popped', popped)
  end
  redis.call('UNLINK', KEYS[2])
  redis.call('EXPIRE', KEYS[1], ARGV[1])
  redis.call('EXPIRE', KEYS[3], ARGV[1])
end
local last = redis.call('XREVRANGE', KEYS[4], '+', '-', 'COUNT', 1)
return {tonumber(popped), last[1] and last[1][1] or ''}
