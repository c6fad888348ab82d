-- Lets viewers grab from a shard of a rain.
-- KEYS[1] rain:{b}:id   KEYS[2] rain-viewers:{b}:id
-- ARGV[1] milliseconds from now until it is over   ARGV[2] seconds to keep what viewers got
-- Returns 1, or 0 when there is no such shard (Redis has lost it, or it was never loaded). A shard that is open or over
-- stays as it is.
-- Atomic.
local open = redis.call('HGET', KEYS[1], 'open')
if not open then return 0 end
if open == '0' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', KEYS[1], 'open', '1', 'until', string.format('%.0f', now + ARGV[1]))
  -- Made now, so that it has an end however few come.
  redis.call('HSET', KEYS[2], '', '|')
  redis.call('EXPIRE', KEYS[2], ARGV[2])
end
return 1
