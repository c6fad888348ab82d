-- Keeps the last event of a cache channel and sends it to the nodes that serve the channel.
-- KEYS[1] last event: version, text
-- ARGV[1] ms to keep it   ARGV[2] stream of the channel   ARGV[3] what nodes need to know of it   ARGV[4] event as JSON
-- Returns nothing.
-- Atomic: the events reach every node in the order of their versions, and the last of them is the one that is kept.
local now = redis.call('TIME')
local version = now[1] * 1000000 + now[2]
local last = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if version <= last then version = last + 1 end
local digits = string.format('%.0f', version)
redis.call('HSET', KEYS[1], 'version', digits, 'text', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('SPUBLISH', ARGV[2], 'c ' .. digits .. ' ' .. ARGV[3] .. '\n' .. ARGV[4])
