-- Notes that a signed request came, for all nodes.
-- KEYS[1] requests signed in one second: short signature -> when it first came, in ms   ARGV[1] short signature
-- ARGV[2] second after which the signature is worth nothing
-- Returns how many ms ago the request first came, or -1 when it is new.
-- Atomic: of two nodes that get the same request, one is the first.
local now = redis.call('TIME')
local nowMs = now[1] * 1000 + math.floor(now[2] / 1000)
local first = redis.call('HGET', KEYS[1], ARGV[1])
if first then return nowMs - first end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', nowMs))
if redis.call('HLEN', KEYS[1]) == 1 then redis.call('EXPIREAT', KEYS[1], ARGV[2]) end
return -1
