-- Forgets a cached wallet that holds nothing back: whoever needs it next reads it from the database.
-- KEYS[1] wallet:{b}:user
-- Returns 1, or 0 when orders on their way hold coins back in it.
-- Atomic: an order that is accepted meanwhile is remembered.
local reserved = redis.call('HGET', KEYS[1], 'res')
if reserved and tonumber(reserved) ~= 0 then return 0 end
redis.call('UNLINK', KEYS[1])
return 1
