#!lua flags=allow-oom
-- Forgets an order on its way that has no entry in the queue any more, and releases what it reserved.
-- KEYS[1] wallet:{b}:sender   KEYS[2] gifts:{b}   ARGV[1] gift order id   ARGV[2] sender
-- Returns 1 when it was forgotten, 0 when it is queued, has ended or is not known.
-- Atomic: an order that is queued again meanwhile is left alone.
local own = 'p:' .. ARGV[1]
local known = redis.call('HMGET', KEYS[1], own, 'res')
if not known[1] then return 0 end
local coins, entry = string.match(known[1], '^(%d+);?(.*)$')
local queued = entry ~= '' and redis.call('XRANGE', KEYS[2], entry, entry)[1]
local gift = queued and cjson.decode(queued[2][2])
if gift and gift.giftOrderId == ARGV[1] and gift.senderId == ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], own)
redis.call('HSET', KEYS[1], 'res', string.format('%.0f', tonumber(known[2]) - tonumber(coins)))
return 1
