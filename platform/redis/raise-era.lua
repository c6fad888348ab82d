-- Writes down which era this Redis is known to be in; a later one stays.
-- KEYS[1] redis-era   ARGV[1] era
-- Returns the era that stood there before, -1 where there was none.
-- Atomic: a process that is late does not take it back.
local known = tonumber(redis.call('GET', KEYS[1]) or -1)
if known < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return known
