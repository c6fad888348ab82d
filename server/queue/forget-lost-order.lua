-- Forgets a pending order that has no entry in the queue any more, and releases what it reserved.
-- KEYS[1] order:{b}:sender:id   KEYS[2] wallet:{b}:sender   KEYS[3] gifts:{b}   ARGV[1] gift order id
-- Returns 1 when it was forgotten, 0 when it is queued, final or not known.
-- Atomic: an order that is queued again meanwhile is left alone.
local known = redis.call('GET', KEYS[1])
if not known then return 0 end
local status, entry = string.match(known, '^[^;]*;([^;]*);[^;]*;[^;]*;[^;]*;[^;]*;([^;]*)')
if status ~= 'pending' or redis.call('XRANGE', KEYS[3], entry, entry)[1] then return 0 end
redis.call('DEL', KEYS[1])
local own = 'p:' .. ARGV[1]
local reserved = redis.call('HMGET', KEYS[2], own, 'res')
if reserved[1] then
  redis.call('HDEL', KEYS[2], own)
  redis.call('HSET', KEYS[2], 'res', string.format('%.0f', tonumber(reserved[2]) - tonumber(reserved[1])))
end
return 1
