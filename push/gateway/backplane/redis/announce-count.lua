-- Tells a channel how many sockets are subscribed and how many viewers it has, at most once an interval whichever node asks.
-- KEYS[1] totals of the app: channel -> sockets   KEYS[2] what was told last: both, and when the interval ends
-- KEYS[3] totals of the app: channel -> viewers
-- ARGV[1] channel   ARGV[2] stream of the channel   ARGV[3] interval in ms
-- Returns {'told', sockets}, {'wait', ms until it may be told}, or {'same'} when there is nothing new to tell of sockets.
-- Atomic: of several nodes that ask in one interval only one is told to tell.
local total = redis.call('HGET', KEYS[1], ARGV[1])
if not total then return {'same'} end
local viewers = redis.call('HGET', KEYS[3], ARGV[1]) or '0'
local now = redis.call('TIME')
local nowMs = now[1] * 1000 + math.floor(now[2] / 1000)
local told = redis.call('HMGET', KEYS[2], 'total', 'until', 'viewers')
local isSame = told[1] == total
if isSame and told[3] == viewers then return {'same'} end
if told[2] and tonumber(told[2]) > nowMs then return {'wait', tonumber(told[2]) - nowMs} end
redis.call('HSET', KEYS[2], 'total', total, 'viewers', viewers, 'until', string.format('%.0f', nowMs + ARGV[3]))
-- Remembered a while longer, for the nodes that only wait their turn to say the same.
redis.call('PEXPIRE', KEYS[2], ARGV[3] * 2 + 1000)
redis.call('SPUBLISH', ARGV[2], 'n ' .. total .. ' ' .. viewers .. '\n')
if isSame then return {'same'} end
return {'told', tonumber(total)}
