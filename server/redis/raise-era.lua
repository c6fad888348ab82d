-- Writes down which era this Redis is known to be in; a later one stays.
-- KEYS[1] redis-era   ARGV[1] era
-- Returns the era that stands there now.
-- Atomic: a process that is late does not take it back.
local known = redis.call('GET', KEYS[1])
if known and tonumber(known) >= tonumber(ARGV[1]) then return tonumber(known) end
redis.call('SET', KEYS[1], ARGV[1])
return tonumber(ARGV[1])
