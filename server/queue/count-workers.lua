#!lua flags=allow-oom
-- Says "I am alive" and counts who is, by Redis' clock alone: workers' own clocks may differ. Allowed when Redis is full:
-- workers empty queues.
-- KEYS[1] workers, scored by when each is given up
-- ARGV[1] name   ARGV[2] milliseconds until it is given up; 0: it takes itself out, and counts the others
-- Returns how many are alive, this one counted where it is.
-- Atomic: each worker sees itself among those it counts.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms)
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], now_ms + ARGV[2], ARGV[1])
end
return redis.call('ZCARD', KEYS[1])
